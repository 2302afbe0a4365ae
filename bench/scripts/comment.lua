-- A comment a request, each with a text that nobody has written before. Arguments: the names of the author's field and of
-- the text's, and what else stands in the body.

local author, text_field, more

function init(args)
  author, text_field, more = args[1], args[2] or "text", args[3] or ""
  wrk.method = "POST"
  wrk.headers["Content-Type"] = "application/json"
  math.randomseed(os.time())
end

function request()
  local number = math.random(1, 2 ^ 30)
  wrk.headers["X-Forwarded-For"] = string.format("10.%d.%d.9", number % 256, number / 256 % 256)
  local text = "The lanterns along the river look fine tonight, " .. number .. " of them."
  local body = '{"' .. text_field .. '":"' .. text .. '","' .. author .. '":"reader"' .. more .. "}"
  return wrk.format(nil, nil, nil, body)
end
