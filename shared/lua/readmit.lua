-- readmit.lua: append what a dead letter held to the log of its partition, for one consumer, and take the letter away.
--
-- KEYS[1]  log:{p}         stream   one entry more: `e`, a JSON array of events, and `for`, the consumer
-- KEYS[2]  appended:{p}    string   raised by the events
-- KEYS[3]  deadletter:{p}  stream   the letter is taken out
-- ARGV     now in milliseconds, the letter's id, the events, the consumer, how many events that is
-- Returns  1, or 0 when there is no such letter and nothing was changed: a repeat appends nothing.
-- Cost     O(size of the letter).

if #redis.call("XRANGE", KEYS[3], ARGV[2], ARGV[2]) == 0 then return 0 end
-- The command that a full Redis refuses comes first: an error does not roll back.
local entry = redis.pcall("XADD", KEYS[1], ARGV[1] .. "-*", "e", ARGV[3], "for", ARGV[4])
if type(entry) == "table" then
  -- The caller's clock is behind the log's last entry, or Redis is full, which this call then raises.
  redis.call("XADD", KEYS[1], "*", "e", ARGV[3], "for", ARGV[4])
end
redis.call("INCRBY", KEYS[2], ARGV[5])
redis.call("XDEL", KEYS[3], ARGV[2])
return 1
