-- retire.lua: take one chunk of a slot that has left a window off the window's boards, and move the position.
--
-- KEYS[1]  position:{p}   hash   version compared and raised; floor and after of the window set
-- KEYS[2]  slots:{p}      zset   slots that have a ledger; the slot goes when `ended`
-- KEYS[3]  dirty:{p}      set    what is to be archived
-- KEYS[4…] board:{p}:…    zsets  the window's boards; and, when the longest window lets go of the slot,
--          ledger:{p}:slot:metric, older:{p}:metric   hashes   whose counts move from the one to the other
-- ARGV[1]  the version at which the caller read the ledger
-- ARGV[2]  msgpack {members, deltas, picks, counts, boards: as in prelude.lua; dirty; fields of the position;
--          ended: "" or the slot whose ledger goes; drop: indexes of keys to unlink with it}
-- Returns  1, or 0 when the partition had moved on and nothing was changed.
-- Cost     O(members × log size) for each board; the caller keeps a chunk small enough for 10 ms.

local request = cmsgpack.unpack(ARGV[2])
if not claim(KEYS[1], ARGV[1]) then return 0 end

add_all(request)
if #request.dirty > 0 then redis.call("SADD", KEYS[3], unpack(request.dirty)) end
if request.ended ~= "" then
  redis.call("ZREM", KEYS[2], request.ended)
  for _, key in ipairs(request.drop) do redis.call("UNLINK", KEYS[key]) end
end
move_on(KEYS[1], request.fields)
return 1
