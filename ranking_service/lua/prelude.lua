-- prelude.lua: what every script that changes a partition begins with; the loader joins it in front of them.
--
-- A script claims the partition by comparing `version` in the position before its first write, and moves on by raising
-- it after its last: whatever its caller read at that version still holds, and a second caller changes nothing.

local function claim(position, version)
  return (redis.call("HGET", position, "version") or "0") == version
end

-- Set fields of the position ("" removes one) and raise its version.
local function move_on(position, fields)
  for name, value in pairs(fields) do
    if value == "" then
      redis.call("HDEL", position, name)
    else
      redis.call("HSET", position, name, value)
    end
  end
  redis.call("HINCRBY", position, "version", 1)
end

local abs = math.abs

-- Old values and deltas as sums; 0 for what is no score: nothing, or the rest of a float that cancelled out.
local function sums_of(olds, deltas)
  local sums = {}
  for i = 1, #deltas do
    local old, delta = olds[i], deltas[i]
    local new = old and old + delta or delta
    if old and abs(new) < abs(delta) * 1e-9 then new = 0 end
    sums[i] = new
  end
  return sums
end

-- Sums laid out as a command takes them, `at_sum` and `at_member` saying which of a pair is first, and the members whose
-- sum is 0. `picks` are the places of those that are wanted, nil for all. These loops are what a script does beside its
-- commands, so they call as little as they can.
local function laid_out(members, sums, picks, at_sum, at_member)
  local puts, gone, n = {}, {}, 0
  for i = 1, picks and #picks or #members do
    local place = picks and picks[i] or i
    local sum = sums[place]
    if sum == 0 then
      gone[#gone + 1] = members[place]
    else
      puts[n + at_sum] = sum
      puts[n + at_member] = members[place]
      n = n + 2
    end
  end
  return puts, gone
end

local function put_scores(key, puts, gone)
  if #puts > 0 then redis.call("ZADD", key, unpack(puts)) end
  if #gone > 0 then redis.call("ZREM", key, unpack(gone)) end
end

-- Add to the scores of members that all stand on one board: op = {its index, members, deltas, then the index of another
-- board and the picks of those that stand there with the same score, and so on; picks 0: all of them}. One read for all
-- boards and a write or two for each, for any number of members. O(boards × members × log size).
local function add_to_boards(op, request)
  local members = request.members[op[2]]
  local sums = sums_of(redis.call("ZMSCORE", KEYS[op[1]], unpack(members)), request.deltas[op[3]])
  local all, all_gone = laid_out(members, sums, nil, 1, 2)
  put_scores(KEYS[op[1]], all, all_gone)
  for i = 4, #op, 2 do
    if op[i + 1] == 0 then
      put_scores(KEYS[op[i]], all, all_gone)
    else
      put_scores(KEYS[op[i]], laid_out(members, sums, request.picks[op[i + 1]], 1, 2))
    end
  end
end

-- Add to the values of a hash: two or three commands for any number of fields. O(fields).
local function add_to_counts(op, request)
  local key, members = KEYS[op[1]], request.members[op[2]]
  local sums = sums_of(redis.call("HMGET", key, unpack(members)), request.deltas[op[3]])
  local puts, gone = laid_out(members, sums, nil, 2, 1)
  if #puts > 0 then redis.call("HSET", key, unpack(puts)) end
  if #gone > 0 then redis.call("HDEL", key, unpack(gone)) end
end

-- Carry out the sums of a request, whose numbers are indexes into KEYS and into its lists.
local function add_all(request)
  for _, op in ipairs(request.counts) do add_to_counts(op, request) end
  for _, op in ipairs(request.boards) do add_to_boards(op, request) end
end
