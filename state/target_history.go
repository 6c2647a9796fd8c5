package state

import (
	"strings"

	"github.com/slipwayhq/slipway/bot"
)

// keepBeside is how many entries of what was done past slipway the history of a target
// holds. They are counted apart: each push may make one, and must not take the place of a
// release.
const keepBeside = 100

// luaHistory bounds the history of a target. It holds the last releases, and beyond those
// what somebody may still need, however much came since: the last of all that may have
// changed the target, the last that did for certain, the last that was adopted, and of the
// healthy ones the last of each of twenty commits, so that there is a way back.
//
// h names the keys: history, needed (those that are needed, by their places in the
// history), besides (what was done past slipway, in the same way), trash (zsets), control
// and past (hashes).
const luaHistory = `
local function prune(h)
  local any, came, adopted, healthy, seen = false, false, false, 0, {}
  for _, id in ipairs(redis.call('ZREVRANGE', h.needed, 0, -1)) do
    local is, sha = string.match(redis.call('HGET', h.control, id .. ':needed') or '', '^(%S*) ?(.*)$')
    local stays = not any
    if redis.call('ZSCORE', h.history, id) and is ~= '' then
      any = true
      if is ~= 'perhaps' and not came then came, stays = true, true end
      if is == 'adopted' and not adopted then adopted, stays = true, true end
      if is == 'healthy' and healthy < 20 and not seen[sha] then
        healthy, seen[sha], stays = healthy + 1, true, true
      end
    else
      stays = false
    end
    if not stays then redis.call('ZREM', h.needed, id) end
  end
end

-- need notes what a release is to those that come after it: "healthy" and its commit,
-- "adopted", "arrived", "perhaps", or '' for nothing; and says whether it was another.
local function need(h, id, is)
  local score = is ~= '' and redis.call('ZSCORE', h.history, id)
  if score then redis.call('ZADD', h.needed, score, id) else redis.call('ZREM', h.needed, id) end
  if redis.call('HGET', h.control, id .. ':needed') == is then return false end
  redis.call('HSET', h.control, id .. ':needed', is)
  prune(h)
  return true
end

-- told_of is that of a release that an earlier version stored, which noted nothing.
local function told_of(text)
  local ok, p = pcall(cjson.decode, text or '')
  if not ok or type(p) ~= 'table' or p.arrival == 'no' then return '' end
  if p.kind == 'adopt' and type(p.beside) ~= 'table' then return 'adopted' end
  if p.healthy == true then return 'healthy ' .. tostring(p.sha) end
  if p.arrival == 'yes' or p.phase == 'succeeded' then return 'arrived' end
  return 'perhaps'
end

-- trim lets go of all but the last keep releases, the last most entries of what was done
-- past slipway, and what is needed.
local function trim(h, keep, most)
  local beside, old = redis.call('ZCARD', h.besides), {}
  if beside > most then old = redis.call('ZRANGE', h.besides, 0, beside - most - 1) end
  local over = redis.call('ZCARD', h.history) - beside - keep
  if over > 0 then
    for _, id in ipairs(redis.call('ZRANGE', h.history, 0, over + beside - 1)) do
      if over > 0 and not redis.call('ZSCORE', h.besides, id) then
        over = over - 1
        table.insert(old, id)
      end
    end
  end
  for _, id in ipairs(old) do
    if not redis.call('HGET', h.control, id .. ':needed') then need(h, id, told_of(redis.call('HGET', h.past, id))) end
  end
  for _, id in ipairs(old) do
    if not redis.call('ZSCORE', h.needed, id) then
      redis.call('ZADD', h.trash, int(now), id)
      redis.call('ZREM', h.history, id)
      redis.call('ZREM', h.besides, id)
    end
  end
end
`

// neededAs is what a release is to those that come after it, as luaHistory has it.
func neededAs(r bot.Release) string {
	switch came := r.Arrival(); {
	case !r.Started(), came == bot.NeverCame:
		return ""
	case r.Healthy:
		return strings.TrimSpace("healthy " + r.SHA())
	case came == bot.MayHaveCome:
		return "perhaps"
	case r.Kind == bot.Adopt && !r.Beside.Happened():
		return "adopted"
	}
	return "arrived"
}
