-- move.lua: withdraw, restore or re-channel articles: their scores move between channels, their counts stay.
--
-- KEYS[1]  position:{p}   hash   version compared and raised
-- KEYS[2]  articles:{p}   hash   article id -> record
-- KEYS[3]  channels:{p}   hash   channel -> number of live articles
-- KEYS[4]  dirty:{p}      set    what is to be archived
-- KEYS[5…] board:{p}:channel:name:metric   zsets
-- ARGV[1]  the version at which the caller read the articles
-- ARGV[2]  msgpack {changes = {{article, record, moves}, …}; channels = {{channel, delta}, …}; fields of the position}
--          moves = {{from, to, gone}, …}: the score on board `from` is put on the boards `to` and removed from `gone`
--          (all indexes into KEYS)
-- Returns  1, or 0 when the partition had moved on and nothing was changed.
-- Cost     O(boards of the old and the new channels × log size) for each article.

local request = cmsgpack.unpack(ARGV[2])
if not claim(KEYS[1], ARGV[1]) then return 0 end

for _, change in ipairs(request.changes) do
  local article, record, moves = unpack(change)
  for _, move in ipairs(moves) do
    local score = redis.call("ZSCORE", KEYS[move[1]], article)
    if score then
      for _, board in ipairs(move[2]) do redis.call("ZADD", KEYS[board], score, article) end
      for _, board in ipairs(move[3]) do redis.call("ZREM", KEYS[board], article) end
    end
  end
  redis.call("HSET", KEYS[2], article, record)
  redis.call("SADD", KEYS[4], "article " .. article)
end
for _, channel in ipairs(request.channels) do redis.call("HINCRBY", KEYS[3], channel[1], channel[2]) end
move_on(KEYS[1], request.fields)
return 1
