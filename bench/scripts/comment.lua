-- A comment a request, each with a text that nobody has written before. Arguments: the name of the author's field.

local field

function init(args)
  field = args[1]
  wrk.method = "POST"
  wrk.headers["Content-Type"] = "application/json"
  math.randomseed(os.time())
end

function request()
  local number = math.random(1, 2 ^ 30)
  wrk.headers["X-Forwarded-For"] = string.format("10.%d.%d.9", number % 256, number / 256 % 256)
  local text = "The lanterns along the river look fine tonight, " .. number .. " of them."
  return wrk.format(nil, nil, nil, '{"text":"' .. text .. '","' .. field .. '":"reader"}')
end
