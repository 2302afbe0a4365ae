-- Every request another read, 3,600 in turn, so that none is warm: channels, boards, offsets and lengths.

local channels = { "zz", "fj", "all" }
local boards = { "daily", "total", "three-day", "weekly", "monthly", "hot" }
local number = 0

local function pick(list)
  local found = list[number % #list + 1]
  number = math.floor(number / #list)
  return found
end

local turn = 0

function request()
  turn = turn + 1
  number = turn
  local path = "/v1/rankings/" .. pick(channels) .. "/" .. pick(boards)
  local offset = number % 10
  return wrk.format("GET", path .. "?offset=" .. offset .. "&limit=" .. 10 + math.floor(number / 10) % 20)
end
