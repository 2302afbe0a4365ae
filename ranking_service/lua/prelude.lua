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

-- What is left of a sum. The rest of a float that cancelled out is nothing, not a score.
local function sum(old, delta)
  local new = (old and tonumber(old) or 0) + delta
  if math.abs(new) < math.abs(delta) * 1e-9 then return 0 end
  return new
end

-- Add to the scores of a sorted set: two or three commands for any number of members. O(members × log size).
local function add_to_board(key, members, deltas)
  local scores = redis.call("ZMSCORE", key, unpack(members))
  local puts, gone = {}, {}
  for i, member in ipairs(members) do
    local score = sum(scores[i], deltas[i])
    if score == 0 then
      gone[#gone + 1] = member
    else
      puts[#puts + 1] = score
      puts[#puts + 1] = member
    end
  end
  if #puts > 0 then redis.call("ZADD", key, unpack(puts)) end
  if #gone > 0 then redis.call("ZREM", key, unpack(gone)) end
end

-- Add to the values of a hash: two or three commands for any number of fields. O(fields).
local function add_to_counts(key, members, deltas)
  local counts = redis.call("HMGET", key, unpack(members))
  local puts, gone = {}, {}
  for i, member in ipairs(members) do
    local count = sum(counts[i], deltas[i])
    if count == 0 then
      gone[#gone + 1] = member
    else
      puts[#puts + 1] = member
      puts[#puts + 1] = count
    end
  end
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
