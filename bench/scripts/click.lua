-- One click of a reader a request: each of another visitor, on one of the known articles, few of them most of the time.
-- Arguments: how many articles are known, and milliseconds that a connection waits between requests (0 at once).

local articles, pause

function init(args)
  articles = tonumber(args[1])
  pause = tonumber(args[2] or 0)
  wrk.method = "POST"
  wrk.headers["Content-Type"] = "application/json"
  wrk.headers["User-Agent"] = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
  math.randomseed(os.time())
  if pause > 0 then
    -- Spread like arrivals of many readers, not in step.
    function delay() return math.floor(-math.log(1 - math.random()) * pause + 0.5) end
  end
end

function request()
  local ip = string.format("10.%d.%d.%d", math.random(0, 255), math.random(0, 255), math.random(1, 254))
  wrk.headers["X-Forwarded-For"] = ip
  -- The article at rank r is read about as often as 1/r says.
  local article = math.floor(articles ^ math.random())
  return wrk.format(nil, nil, nil, '{"article_id":"a' .. article .. '"}')
end
