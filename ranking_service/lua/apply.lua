-- apply.lua: put one chunk of a folded slice on the ledger and the boards, and move the cursor, in one atomic step.
--
-- KEYS[1]  position:{p}    hash    version compared and raised; cursor, until, done … set
-- KEYS[2]  slots:{p}       zset    slots that have a ledger
-- KEYS[3]  dirty:{p}       set     what is to be archived
-- KEYS[4]  deadletter:{p}  stream  what could not be parsed
-- KEYS[5…] ledger:{p}:slot:column, older:{p}:metric   hashes   and   board:{p}:channel:name:metric   zsets
-- ARGV[1]  the version that the caller read
-- ARGV[2]  msgpack {members, deltas, picks: lists that the sums refer to; counts, boards: the sums (prelude.lua); slots; dirty;
--          poison = {{entry id, reason}, …}; fields of the position}
-- ARGV[3…] the bytes of each poison, which msgpack's text cannot hold
-- Returns  1, or 0 when the partition had moved on and nothing was changed.
-- Cost     O(members × log size) for each board; the caller keeps a chunk small enough for 10 ms.

local request = cmsgpack.unpack(ARGV[2])
if not claim(KEYS[1], ARGV[1]) then return 0 end

add_all(request)
for _, slot in ipairs(request.slots) do redis.call("ZADD", KEYS[2], slot, slot) end
if #request.dirty > 0 then redis.call("SADD", KEYS[3], unpack(request.dirty)) end
for i, poison in ipairs(request.poison) do
  redis.call("XADD", KEYS[4], "*", "entry", poison[1], "data", ARGV[2 + i], "reason", poison[2])
end
move_on(KEYS[1], request.fields)
return 1
