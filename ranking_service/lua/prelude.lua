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

-- Sums as pairs to put, the score or the member first, and the members whose sum is nothing: the rest of a float that
-- cancelled out is no score. This loop is what a script does beside its commands, so it calls as little as it can.
local function sums_of(members, olds, deltas, score_first)
  local puts, gone, n = {}, {}, 0
  local at_score, at_member = score_first and 1 or 2, score_first and 2 or 1
  for i = 1, #members do
    local old, delta = olds[i], deltas[i]
    local new = old and old + delta or delta
    if new == 0 or (old and abs(new) < abs(delta) * 1e-9) then
      gone[#gone + 1] = members[i]
    else
      puts[n + at_score] = new
      puts[n + at_member] = members[i]
      n = n + 2
    end
  end
  return puts, gone
end

-- Add to the scores of a sorted set: two or three commands for any number of members. O(members × log size).
local function add_to_board(key, members, deltas)
  local puts, gone = sums_of(members, redis.call("ZMSCORE", key, unpack(members)), deltas, true)
  if #puts > 0 then redis.call("ZADD", key, unpack(puts)) end
  if #gone > 0 then redis.call("ZREM", key, unpack(gone)) end
end

-- Add to the values of a hash: two or three commands for any number of fields. O(fields).
local function add_to_counts(key, members, deltas)
  local puts, gone = sums_of(members, redis.call("HMGET", key, unpack(members)), deltas, false)
  if #puts > 0 then redis.call("HSET", key, unpack(puts)) end
  if #gone > 0 then redis.call("HDEL", key, unpack(gone)) end
end

-- Carry out the sums of a request: lists of {index into KEYS, index into members, index into deltas}.
local function add_all(request)
  for _, op in ipairs(request.counts) do
    add_to_counts(KEYS[op[1]], request.members[op[2]], request.deltas[op[3]])
  end
  for _, op in ipairs(request.boards) do
    add_to_board(KEYS[op[1]], request.members[op[2]], request.deltas[op[3]])
  end
end
