-- Every request another board, 24,000 in turn, so that none is warm. Arguments: how many channels c0, c1 … there are.

local boards = { "daily", "total", "three-day", "weekly", "monthly", "hot" }
local channels
local turn = 0

function init(args)
  channels = tonumber(args[1] or 4000)
end

function request()
  turn = turn + 1
  local channel = turn % channels
  local board = boards[math.floor(turn / channels) % #boards + 1]
  return wrk.format("GET", "/v1/rankings/c" .. channel .. "/" .. board)
end
