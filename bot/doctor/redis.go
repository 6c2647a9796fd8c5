package doctor

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/slipwayhq/slipway/bot"
)

const (
	kindRedisGood      = "redis-good"
	kindRedisAway      = "redis-away"
	kindRedisUnfit     = "redis-unfit"
	kindRedisForbidden = "redis-forbidden"
	kindRedisSlots     = "redis-slots"
	kindRedisMember    = "redis-member"
	kindRedisAsleep    = "redis-asleep"
	kindRedisProgram   = "redis-program"
	kindRedisFolder    = "redis-folder"
	kindRedisVersion   = "redis-version"
	kindRedisUntold    = "redis-untold"
	kindRedisEviction  = "redis-eviction"
	kindRedisMemory    = "redis-persistence"
	kindRedisNothing   = "redis-persistence-none"
	kindRedisSync      = "redis-persistence-lazy"
	kindRedisFull      = "redis-memory"
	kindRedisUnknown   = "redis-unknown"
	kindRedisReplicas  = "redis-replicas-few"
	kindRedisUnguarded = "redis-replicas-unguarded"
	kindRedisClock     = "redis-clock"
)

func redisKinds() []Kind {
	return []Kind{
		{kindRedisGood, "redis", OK, "Redis {version} answers and is set as slipway needs it.", "", ""},
		{kindRedisAway, "redis", Error, "Redis cannot be asked: {why}.", "No command is taken, and nothing goes on.", "{mend}"},
		{
			kindRedisForbidden, "redis-permissions", Error, "Redis does not allow its user what slipway does: {commands}.", "What needs it fails, today or when it is needed first.",
			"Whoever looks after Redis types ACL SETUSER with the name of that user, ~slipway:* &slipway:* and {allow}.",
		},
		{
			kindRedisUnknown, "redis-permissions", Error, "Redis does not know what slipway asks of it: {commands}.", "What needs it fails, today or when it is needed first.",
			"Use Redis 7.0 or later, or take what renames these commands or switches them off (rename-command) out of its configuration.",
		},
		{
			kindRedisSlots, "redis-cluster", Error, "Nobody serves {slots} of the Redis cluster.", "Services whose keys lie there can be neither deployed nor followed.",
			"Bring back the servers that are missing; redis-cli --cluster check tells which.",
		},
		{kindRedisMember, "redis-cluster", Error, "The server {address} of the Redis cluster cannot be asked: {why}.", "Services whose keys lie there can be neither deployed nor followed.", "{mend}"},
		{kindRedisUnfit, "redis", Error, "Redis cannot be used: {why}.", "slipway serve does not start.", "{mend}"},
		{kindRedisAsleep, "redis", OK, "The embedded Redis was not looked at: it runs while slipway serves, and slipway does not.", "", ""},
		{
			kindRedisProgram, "redis", Error, "redis-server is not installed, and redis.mode is embedded.", "slipway serve does not start.",
			"Install it (Debian: apt-get install redis-server; macOS: brew install redis), or set redis.mode and redis.url to a Redis that runs elsewhere.",
		},
		{
			kindRedisFolder, "redis", Error, "The embedded Redis cannot keep anything in redis.data_dir: {why}.", "slipway serve does not start.",
			"Let slipway write there, or name another folder as redis.data_dir.",
		},
		{kindRedisVersion, "redis-version", Warning, "Redis is {version}, and slipway is tested with 7.0 and later.", "Some of what slipway asks of it may not be there.", "Use a newer Redis."},
		{kindRedisUntold, "redis-settings", Warning, "Redis does not tell how it is set.", "Whether it forgets what it confirmed is not known.", "See that appendonly is yes and maxmemory-policy noeviction, as docs/operations.md says."},
		{kindRedisEviction, "redis-eviction", Error, "Redis throws keys away when its memory is full (maxmemory-policy is {policy}).", "Releases, locks and approvals may be forgotten.", "Set maxmemory-policy to noeviction."},
		{kindRedisMemory, "redis-persistence", Warning, "Redis keeps no append-only file (appendonly is no).", "A restart of Redis forgets what it had not yet saved.", "Set appendonly to yes."},
		{kindRedisNothing, "redis-persistence", Error, "Redis keeps nothing on its disk (appendonly is no, and save is empty).", "A restart of Redis forgets every release, lock and approval.", "Set appendonly to yes."},
		{kindRedisSync, "redis-persistence", Warning, "Redis leaves it to the system when what it confirmed gets to the disk (appendfsync is no).", "A machine that dies may take half a minute of it with it.", "Set appendfsync to everysec."},
		{
			kindRedisFull, "redis-memory", Warning, "Redis has used {percent} % of the memory that it may use (maxmemory).", "When it is full no command, click or start is taken.",
			"Give it more (maxmemory), or take out of it what is not slipway's; docs/operations.md tells what a release takes.",
		},
		{kindRedisReplicas, "redis-replicas", Error, "Redis has {have} and redis.wait_replicas is {want}.", "No command, click or start counts as stored, so nothing goes on.", "Bring the replicas back, or lower redis.wait_replicas."},
		{
			kindRedisUnguarded, "redis-replicas", Warning, "Redis has {have} and takes writes also when it is cut off from them (min-replicas-to-write is 0).", "What it takes then is lost when a replica takes over.",
			"Set min-replicas-to-write and min-replicas-max-lag to 1.",
		},
		{
			kindRedisClock, "redis-clock", Warning, "The clocks of this machine and of Redis differ by {off}.", "Times on cards are wrong by as much; where this machine's clock is the wrong one, Slack's requests and GitHub's App tokens are refused beyond some minutes.",
			"Let both machines set their clocks by NTP.",
		},
	}
}

// Redis is what was found out about Redis.
type Redis struct {
	Err error
	// Asleep says that it is an embedded one that is not running, and NoProgram that
	// redis-server is not installed.
	Asleep, NoProgram bool
	// NoFolder is why its data folder cannot be used; empty if it can.
	NoFolder     string
	Masters      []Master
	WaitReplicas int
	// Forbidden are the commands that it does not allow slipway, and Unserved how many
	// slots of a cluster no server serves.
	Forbidden []string
	Unserved  int
	// Unknown are the commands that it does not have.
	Unknown []string
}

// Master is one server that accepts writes.
type Master struct {
	Version string
	// Told says that its settings could be read; otherwise those behind it are not set.
	Told        bool
	AppendOnly  bool
	Policy      string
	MinReplicas int
	// Saves says that it writes all that it holds to its disk now and then, and Sync when
	// what it appends gets there.
	Saves bool
	Sync  string
	// Used and Limit are how much memory it takes and may take; no limit: 0.
	Used, Limit int64
	Replicas    int
	// Off is by how much its clock is ahead of ours.
	Off time.Duration
	// Address and Err are where a server of a cluster is, and why it could not be asked.
	Address string
	Err     error
}

// clockSlack is how far the clocks may differ without a finding. It covers the time that
// the request to Redis takes.
const clockSlack = 2 * time.Second

// Findings judges Redis.
func (r Redis) Findings() []Finding {
	switch {
	case r.NoProgram:
		return []Finding{find(kindRedisProgram)}
	case r.NoFolder != "":
		return []Finding{find(kindRedisFolder, "why", r.NoFolder)}
	case r.Asleep:
		return []Finding{find(kindRedisAsleep)}
	case r.Err != nil && bot.KindOf(r.Err) == bot.Invalid:
		return []Finding{find(kindRedisUnfit, "why", why(r.Err), "mend", mendOf(r.Err, "The log of slipway serve says more."))}
	case r.Err != nil:
		return []Finding{away(kindRedisAway, r.Err)}
	}
	var found []Finding
	if len(r.Forbidden) > 0 {
		found = append(found, find(kindRedisForbidden, "commands", strings.Join(r.Forbidden, ", "), "allow", "+"+strings.ToLower(strings.Join(r.Forbidden, " +"))))
	}
	if len(r.Unknown) > 0 {
		found = append(found, find(kindRedisUnknown, "commands", strings.Join(r.Unknown, ", ")))
	}
	if r.Unserved > 0 {
		found = append(found, find(kindRedisSlots, "slots", counted(r.Unserved, "slot")))
	}
	for _, m := range r.Masters {
		for _, f := range m.findings(r.WaitReplicas) {
			if !slices.Contains(found, f) {
				found = append(found, f)
			}
		}
	}
	if len(found) == 0 && len(r.Masters) > 0 {
		found = append(found, find(kindRedisGood, "version", r.Masters[0].Version))
	}
	return found
}

// away is that a server cannot be asked. What it says itself would help goes before what
// helps where nothing answers.
func away(kind string, err error, pairs ...string) Finding {
	mend := "Start it, or correct redis.url in slipway.yaml."
	if e, is := errors.AsType[*bot.Error](err); is && e.Mend != "" && e.Says != "Redis does not answer" {
		mend = e.Mend
	}
	return find(kind, append(pairs, "why", why(err), "mend", mend)...)
}

func (m Master) findings(wait int) []Finding {
	if m.Err != nil {
		return []Finding{away(kindRedisMember, m.Err, "address", m.Address)}
	}
	var found []Finding
	if m.old() {
		found = append(found, find(kindRedisVersion, "version", m.Version))
	}
	if !m.Told {
		found = append(found, find(kindRedisUntold))
	}
	if m.Told {
		found = append(found, m.keeps()...)
	}
	switch have := counted(m.Replicas, "replica"); {
	case m.Replicas < wait:
		found = append(found, find(kindRedisReplicas, "have", have, "want", strconv.Itoa(wait)))
	case m.Told && m.Replicas > 0 && m.MinReplicas == 0:
		found = append(found, find(kindRedisUnguarded, "have", have))
	}
	if m.Off.Abs() > clockSlack {
		found = append(found, find(kindRedisClock, "off", bot.Span(bot.Rough(m.Off.Abs()))))
	}
	return found
}

// nearlyFull is the part of its memory, in percent, beyond which there is a finding.
const nearlyFull = 90

// keeps are the settings under which it forgets what it confirmed, or takes nothing more.
func (m Master) keeps() []Finding {
	var found []Finding
	if m.Policy != "" && m.Policy != "noeviction" {
		found = append(found, find(kindRedisEviction, "policy", m.Policy))
	}
	switch {
	case !m.AppendOnly && !m.Saves:
		found = append(found, find(kindRedisNothing))
	case !m.AppendOnly:
		found = append(found, find(kindRedisMemory))
	case m.Sync == "no":
		found = append(found, find(kindRedisSync))
	}
	if m.Limit > 0 && m.Used*100/m.Limit >= nearlyFull {
		found = append(found, find(kindRedisFull, "percent", strconv.FormatInt(min(m.Used*100/m.Limit, 100), 10)))
	}
	return found
}

// old says whether the version is before 7.
func (m Master) old() bool {
	major, _, _ := strings.Cut(m.Version, ".")
	var n int
	if _, err := fmt.Sscanf(major, "%d", &n); err != nil {
		return false // no version of Redis: its age is not known
	}
	return n < 7
}
