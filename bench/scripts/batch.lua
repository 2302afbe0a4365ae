-- The same batch again and again, from a file. Arguments: the file, the API key.

function init(args)
  local file = assert(io.open(args[1], "rb"))
  wrk.method = "POST"
  wrk.headers["Content-Type"] = "application/x-ndjson"
  wrk.headers["Authorization"] = "Bearer " .. args[2]
  wrk.body = file:read("*a")
  file:close()
end
