-- flood.lua: the mix of mix.py as wrk sends it, from connections that each pause between their requests.
--
-- Arguments  articles, visitors, pause in milliseconds
-- Prints     one line of JSON: how many answers of each status, how many of 429 and 503 without Retry-After

local articles, visitors, pause
local threads = {}

function setup(thread)
  thread:set("number", #threads + 1)
  table.insert(threads, thread)
end

function init(args)
  articles, visitors, pause = tonumber(args[1]), tonumber(args[2]), tonumber(args[3])
  math.randomseed(number)
  told, silent = "", 0
  counts = {}
end

-- The article that a share of all requests asks for: an article's share falls with its number.
local function article()
  return "load-" .. math.floor(articles ^ math.random()) - 1
end

function request()
  local kind = math.random(1000)
  local headers = { ["User-Agent"] = "Firefox/" .. math.random(visitors), ["Content-Type"] = "application/json" }
  if kind <= 600 then return wrk.format("POST", "/v1/clicks", headers, '{"article_id":"' .. article() .. '"}') end
  if kind <= 800 then return wrk.format("GET", "/v1/rankings/zz", headers) end
  if kind <= 950 then return wrk.format("GET", "/v1/articles/" .. article() .. "/comments", headers) end
  return wrk.format("POST", "/v1/comments/counts", headers, '{"article_ids":["load-1","load-2","' .. article() .. '"]}')
end

function delay()
  return math.floor(pause * (0.5 + math.random()))
end

function response(status, headers)
  counts[status] = (counts[status] or 0) + 1
  if (status == 503 or status == 429) and not (headers["Retry-After"] or headers["retry-after"]) then
    silent = silent + 1
  end
  local parts = {}
  for each, count in pairs(counts) do parts[#parts + 1] = string.format('"%d":%d', each, count) end
  told = table.concat(parts, ",")
end

function done(summary)
  local parts, total = {}, 0
  for _, thread in ipairs(threads) do
    parts[#parts + 1] = "{" .. thread:get("told") .. "}"
    total = total + thread:get("silent")
  end
  local errors = summary.errors
  print(string.format(
    '{"statuses":[%s],"without_retry_after":%d,"broken":%d,"seconds":%.3f}',
    table.concat(parts, ","), total, errors.connect + errors.read + errors.write + errors.timeout, summary.duration / 1e6
  ))
end
