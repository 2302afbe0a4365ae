-- append.lua: append one group of events to a partition's log, atomically, and answer for each offer.
--
-- KEYS[1]  log:{p}       stream   a field `e` an entry: a JSON array of events; `t`: the trace it was appended in
-- KEYS[2]  known:{p}     hash     article id -> revision of its last event, negative when withdrawn
-- KEYS[3]  appended:{p}  string   events ever appended (a click sent n times is n events)
-- KEYS[4]  nudged:{p}    string   set while a nudge is under way; expires by itself should the nudge be lost
-- KEYS[5]  idem:{p}:*    string   what a request with this idempotency key was answered: digest .. statuses
-- KEYS[6…] visits:{p}:*  hash     visitor-and-article -> time of the last counted click, one key per interval of time
--          ids:{p}:*     set      ids of recorded events, one key per day
-- ARGV[1]  now in milliseconds
-- ARGV[2]  msgpack {sent, guarded, digest, trace, interval_ms, visits_ttl_ms, ids_ttl_ms, idem_ttl_ms, nudge_ttl_ms}
--          digest is "" without an idempotency key, trace where nothing is traced
--          sent = {articles, events, counts}, a column each: clicks whose article must be known
--          guarded = {{article, event, guard, …}, …}, of which each is one event:
--          guard "visit":   known article, and no counted click of this visitor within interval_ms; …= key, key before,
--                           key after (indexes into KEYS), field, time
--          guard "event":   the event id must be new; …= key, event id
--          guard "article": new, and the article becomes known or withdrawn; …= key, event id, signed revision
-- Returns  {one letter an offer, the sent ones first: (a)ppended, (r)epeated, (u)nknown article; entry id or "";
--           1 when a nudge is due}
--          or {"conflict"} when the idempotency key came with another digest before.
-- Cost     O(offers): two commands an event that SQL remembers, else some commands a key, one XADD for all.

local now = tonumber(ARGV[1])
local request = cmsgpack.unpack(ARGV[2])
local articles, events, counts = unpack(request.sent)
local offers = request.guarded

if request.digest ~= "" then
  local answered = redis.call("GET", KEYS[5])
  if answered then
    if string.sub(answered, 1, #request.digest) ~= request.digest then return { "conflict" } end
    return { string.sub(answered, #request.digest + 1), "", 0 }
  end
end

-- `each(first, last)` for a thousand items of a list at a time, as many as a command takes at once.
local function by_thousand(items, each)
  for first = 1, #items, 1000 do each(first, math.min(first + 999, #items)) end
end

-- The revisions of the articles of a list, false for an unknown one.
local function revisions_of(ids)
  local known = {}
  by_thousand(ids, function(first, last)
    for i, revision in ipairs(redis.call("HMGET", KEYS[2], unpack(ids, first, last))) do
      known[first + i - 1] = revision and tonumber(revision)
    end
  end)
  return known
end

-- Everything is decided before the first write, because an error in a script does not roll back.
local statuses, parts, count = {}, {}, 0
for i, revision in ipairs(revisions_of(articles)) do
  statuses[i] = "u"
  if revision and revision >= 0 then
    statuses[i] = "a"
    parts[#parts + 1] = events[i]
    count = count + counts[i]
  end
end

-- The marks that visits may repeat, read key by key: three commands for any number of clicks.
local asked, counted = {}, {}
for _, offer in ipairs(offers) do
  if offer[3] == "visit" then
    for i = 4, 6 do
      local fields = asked[offer[i]] or {}
      asked[offer[i]] = fields
      fields[#fields + 1] = offer[7]
    end
  end
end
for key, fields in pairs(asked) do
  local times = {}
  by_thousand(fields, function(first, last)
    for i, at in ipairs(redis.call("HMGET", KEYS[key], unpack(fields, first, last))) do
      if at then times[fields[first + i - 1]] = tonumber(at) end
    end
  end)
  counted[key] = times
end

local marks, fresh_ids = {}, {}

local function is_repeat(offer)
  local field, at = offer[7], offer[8]
  for i = 4, 6 do
    local mark = counted[offer[i]][field]
    if mark and math.abs(at - mark) < request.interval_ms then return true end
  end
  local key = offer[4]
  counted[key][field] = at
  marks[key] = marks[key] or {}
  table.insert(marks[key], field)
  table.insert(marks[key], at)
  return false
end

local function is_seen(offer)
  local key, id = offer[4], offer[5]
  if fresh_ids[id] or redis.call("SISMEMBER", KEYS[key], id) == 1 then return true end
  fresh_ids[id] = key
  return false
end

local ids = {}
for i, offer in ipairs(offers) do ids[i] = offer[1] end
local known, revisions = revisions_of(ids), {}
for i, offer in ipairs(offers) do
  local guard = offer[3]
  local status = "a"
  if guard == "visit" then
    if not known[i] or known[i] < 0 then
      status = "u"
    elseif is_repeat(offer) then
      status = "r"
    end
  elseif guard == "event" or guard == "article" then
    if is_seen(offer) then status = "r" end
  else
    return redis.error_reply("ERR unknown guard " .. tostring(guard))
  end
  statuses[#statuses + 1] = status
  if status == "a" then
    parts[#parts + 1] = offer[2]
    count = count + 1
    if guard == "article" then
      local article, revision = offer[1], offer[6]
      local newest = revisions[article] or known[i] or 0
      if math.abs(revision) > math.abs(newest) then revisions[article] = revision end
    end
  end
end
statuses = table.concat(statuses)

local entry, nudge = "", 0
if #parts > 0 then
  local body = "[" .. table.concat(parts, ",") .. "]"
  local fields = request.trace == "" and { "e", body } or { "e", body, "t", request.trace }
  entry = redis.pcall("XADD", KEYS[1], ARGV[1] .. "-*", unpack(fields))
  if type(entry) == "table" then
    -- The caller's clock is behind the log's last entry: the log goes on from there, it never goes back.
    entry = redis.call("XADD", KEYS[1], "*", unpack(fields))
  end
  redis.call("INCRBY", KEYS[3], count)
  for key, fields in pairs(marks) do
    by_thousand(fields, function(first, last) redis.call("HSET", KEYS[key], unpack(fields, first, last)) end)
    redis.call("PEXPIRE", KEYS[key], request.visits_ttl_ms)
  end
  for id, key in pairs(fresh_ids) do
    redis.call("SADD", KEYS[key], id)
    redis.call("PEXPIRE", KEYS[key], request.ids_ttl_ms)
  end
  for article, revision in pairs(revisions) do redis.call("HSET", KEYS[2], article, revision) end
  if redis.call("SET", KEYS[4], now, "NX", "PX", request.nudge_ttl_ms) then nudge = 1 end
end
if request.digest ~= "" then
  redis.call("SET", KEYS[5], request.digest .. statuses, "PX", request.idem_ttl_ms)
end
return { statuses, entry, nudge }
