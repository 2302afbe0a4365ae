-- swap.lua: put keys that were filled aside in the place of a partition's present ones, all at once.
--
-- KEYS[1]  position:{p}   hash   version compared and raised
-- KEYS[2…] any keys of the partition
-- ARGV[1]  the version at which the caller began to fill
-- ARGV[2]  msgpack {renames = {{from, to, lasting}, …}, drops = {key, …}: indexes into KEYS; fields of the position}
--          a key to rename that does not exist (nothing was put into it) leaves its place empty; a lasting one loses
--          the time to live it had aside
-- Returns  1, or 0 when the partition had moved on; the keys filled aside are then as they were.
-- Cost     O(keys).

local request = cmsgpack.unpack(ARGV[2])
if not claim(KEYS[1], ARGV[1]) then return 0 end

for _, key in ipairs(request.drops) do redis.call("UNLINK", KEYS[key]) end
for _, pair in ipairs(request.renames) do
  -- RENAME would free the old value before it answers; UNLINK frees it beside the main thread.
  redis.call("UNLINK", KEYS[pair[2]])
  if redis.call("EXISTS", KEYS[pair[1]]) == 1 then
    redis.call("RENAME", KEYS[pair[1]], KEYS[pair[2]])
    if pair[3] then redis.call("PERSIST", KEYS[pair[2]]) end
  end
end
move_on(KEYS[1], request.fields)
return 1
