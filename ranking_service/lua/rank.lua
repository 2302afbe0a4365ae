-- rank.lua: how many members of a board stand before a given score and article, in the boards' order (score descending,
-- then article id descending, bytewise). The article itself need not be on this board. Reads only.
--
-- KEYS[1]  board:{p}:channel:name:metric   zset
-- ARGV[1]  score   ARGV[2]  article id
-- Returns  the number of members before it.
-- Cost     O(log² size): a binary search by rank.

local score, article = tonumber(ARGV[1]), ARGV[2]
local low, high = 0, redis.call("ZCARD", KEYS[1])
while low < high do
  local middle = math.floor((low + high) / 2)
  local found = redis.call("ZREVRANGE", KEYS[1], middle, middle, "WITHSCORES")
  local its_score = tonumber(found[2])
  if its_score > score or (its_score == score and found[1] > article) then
    low = middle + 1
  else
    high = middle
  end
end
return low
