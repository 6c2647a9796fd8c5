package reconciler

import (
	"context"
	"log/slog"
	"slices"
	"sync"
	"time"

	"github.com/slipwayhq/slipway/bot"
	"github.com/slipwayhq/slipway/bot/guard"
	"github.com/slipwayhq/slipway/bot/loop"
)

// What is live may be changed past slipway and past GitHub. A service that tells its
// version says so: it is asked now and then, and when several looks in a row find the
// same other version than the recorded one, that is told and entered, as a run past
// slipway is. Who did it nobody tells.
//
// A version is entered once a recorded release: two that take turns behind one address
// change the mark of one entry, and are not told again and again.

const (
	// versionPolls    is after how many polls of a run each service is asked, a minute as
	// configured by default; maxVersionPause is the most.
	versionPolls    = 4
	maxVersionPause = 2 * time.Minute
	// versionsAtOnce is how many are asked next to each other, and versionWithin bounds
	// asking one.
	versionsAtOnce = 4
	versionWithin  = 10 * time.Second
	// equalLooks is how many looks in a row must find the same.
	equalLooks = 3
	// calmLooks is for how many looks nothing may have come to a target: until then its
	// rollout may still go on.
	calmLooks = 4
	// maxVersions is how many versions are entered of one recorded release.
	maxVersions = 5
)

// told is a target with the probes that tell its version.
type told struct {
	target bot.Target
	probes []bot.Probe
}

func (rc *Reconciler) versioned() []told {
	var all []told
	for _, service := range rc.catalog.Services {
		for _, environment := range service.Environments {
			probes := slices.DeleteFunc(slices.Clone(environment.Health.Probes), func(p bot.Probe) bool { return !p.TellsVersion() })
			if len(probes) > 0 {
				all = append(all, told{bot.Target{Service: service.Name, Environment: environment.Name}, probes})
			}
		}
	}
	return all
}

// watchVersions asks one target after the other, so that each has its turn within the
// interval.
func (rc *Reconciler) watchVersions(ctx context.Context) error {
	all := rc.versioned()
	if len(all) == 0 {
		<-ctx.Done()
		return ctx.Err()
	}
	every := min(versionPolls*rc.catalog.GitHub.Poll, maxVersionPause)
	for ctx.Err() == nil {
		var g guard.Group
		g.SetLimit(versionsAtOnce)
		for _, v := range all {
			loop.Pause(ctx, nil, max(every/time.Duration(len(all)), 10*time.Millisecond))
			if ctx.Err() != nil {
				break
			}
			g.Go(func() error {
				within, cancel := context.WithTimeout(ctx, versionWithin)
				defer cancel()
				err := guard.Do(func() error { return rc.lookAtVersion(within, v, calmLooks*every) })
				if err != nil && bot.KindOf(err) != bot.Unavailable { // that the store is away is said by the motor's loop
					rc.log.Warn("it could not be told whether the recorded version is live", slog.String("target", v.target.Path()), bot.ErrAttr(err))
				}
				return nil
			})
		}
		_ = g.Wait() // none of them returns an error
	}
	return ctx.Err()
}

// lookAtVersion asks a target once which version is live, and tells what several looks
// found. calm is for how long nothing may have come to it.
func (rc *Reconciler) lookAtVersion(ctx context.Context, v told, calm time.Duration) error {
	now, err := rc.ports.Clock.Now(ctx)
	if err != nil {
		return err
	}
	history, err := rc.ports.Histories.History(ctx, v.target, besideDepth)
	if err != nil {
		return err
	}
	r, rests := atRest(history, now, calm)
	if !rests {
		rc.sights.forget(v.target)
		return nil
	}
	version, known := rc.versionOf(ctx, v, r)
	if !known {
		return nil
	}
	s := rc.sights.note(v.target, r.sure.Release, version, now)
	switch {
	case s.looks < equalLooks:
		return nil
	case version == "":
		return rc.versionBack(ctx, v.target, r)
	}
	if arrived, err := rc.arrived(ctx, r.sure.Release, v.probes, s); err != nil || !arrived {
		return err
	}
	return rc.versionOther(ctx, v.target, r, seenVersion{version, s.since, now})
}

// recorded is what is recorded of a target that is at rest.
type recorded struct {
	sure bot.Past // the last release that came for certain
	// may are the commits that may be live, and seen the entries of other versions since
	// then, newest first.
	may  []string
	seen []bot.Past
}

// atRest reads it; false: nothing is known to be live, something is under way there or was
// a moment ago, or it is known already that it was changed past slipway.
func atRest(history []bot.Past, now time.Time, calm time.Duration) (recorded, bool) {
	var r recorded
	for _, p := range history {
		again := p.Again != bot.Again{} && (p.Again.Conclusion == "" || now.Sub(p.Again.At) < calm)
		switch {
		case p.Beside.What == bot.BesideVersion:
			r.seen = append(r.seen, p)
			continue
		case !p.Phase.Ended(), again, now.Sub(p.At) < calm:
			return recorded{}, false
		case p.Came() == bot.NeverCame:
			continue
		case p.SHA == "": // what it brought is not known
			return recorded{}, false
		}
		r.may = append(r.may, p.SHA)
		if p.Came() == bot.Arrived {
			r.sure = p
			return r, true
		}
	}
	return recorded{}, false
}

// versionOf asks which version is live: empty, if it is a recorded one. Several probes
// must agree on the other one; what cannot be told by one of them is not known.
func (rc *Reconciler) versionOf(ctx context.Context, v told, r recorded) (other string, known bool) {
	for _, probe := range v.probes {
		version, had := rc.ports.Versions.Version(ctx, bot.Question{Probe: probe, Target: v.target, SHA: r.sure.SHA, Release: r.sure.Release})
		is := func(sha string) bool { return bot.IsVersion(version, sha) }
		switch {
		case !had:
			return "", false
		case slices.ContainsFunc(r.may, is):
		case other != "" && other != version:
			return "", false
		default:
			other = version
		}
	}
	return other, true
}

// arrived says that the recorded release was live: its watch found that by these probes, or
// it was seen since. What never came was not replaced by anybody.
func (rc *Reconciler) arrived(ctx context.Context, id string, probes []bot.Probe, s sighting) (bool, error) {
	if s.arrived {
		return true, nil
	}
	r, err := rc.ports.Releases.Release(ctx, id)
	if kind := bot.KindOf(err); err != nil && kind == bot.Unavailable {
		return false, err
	}
	if err != nil || r.Plan == nil || r.Verdict != bot.Healthy {
		return false, nil //nolint:nilerr // what cannot be read proves nothing
	}
	return !slices.ContainsFunc(probes, func(p bot.Probe) bool {
		return !slices.ContainsFunc(r.Plan.Settings.Health.Probes, func(then bot.Probe) bool {
			return then.Setting(bot.FirstSource) == p.Setting(bot.FirstSource) && then.Setting(bot.SettingVersion) == p.Setting(bot.SettingVersion)
		})
	}), nil
}

// seenVersion is a version that is live, since it was seen first, up to now.
type seenVersion struct {
	version    string
	since, now time.Time
}

// versionOther enters that another version is live, or notes that it is so once more.
func (rc *Reconciler) versionOther(ctx context.Context, t bot.Target, r recorded, s seenVersion) error {
	for _, p := range r.seen {
		if p.Beside.Of != s.version && p.Came() != bot.NeverCame {
			if err := rc.markVersion(ctx, p.Release, true); err != nil {
				return err
			}
		}
	}
	d := bot.Doubt{
		Target: t, About: aboutVersion(t), Of: aboutVersion(t) + " " + r.sure.Release + " " + s.version, Since: s.now,
		Mend: "Look at who did it. The next deploy there asks before it goes.",
	}
	i := slices.IndexFunc(r.seen, func(p bot.Past) bool { return p.Beside.Of == s.version })
	if i < 0 && len(r.seen) >= maxVersions {
		return nil
	}
	if i < 0 {
		b := bot.Beside{What: bot.BesideVersion, Of: s.version, SHA: bot.CommitOf(s.version), At: s.since.Truncate(time.Second), Came: bot.MayHaveCome}
		created, err := rc.ports.Besides.Create(ctx, bot.Draft{
			Kind: bot.Adopt, Target: t, Requester: bot.Person{}, Origin: bot.Origin{Source: bot.FromRule}, Beside: b, Key: "beside " + d.Of,
		})
		if err != nil {
			return err
		}
		d.Beside = created.Release.Beside // another replica may have been first
		d.Beside.Entry = created.Release.ID
		rc.log.Info("another version is live than the recorded one", slog.String("target", t.Path()), slog.String("entry", d.Beside.Entry), slog.String("says", b.Says(time.Time{})))
	} else {
		d.Beside = r.seen[i].Beside
		d.Beside.Entry = r.seen[i].Release
	}
	d.Says = d.Beside.Says(time.Time{})
	switch {
	case d.Beside.Came == bot.NeverCame:
		return rc.versionAgain(ctx, d)
	case s.now.Sub(d.Beside.At) > doubtsKept: // that somebody looked at it may be forgotten
		return nil
	}
	return rc.raiseBeside(ctx, d)
}

// versionAgain notes that a version has come back that was told and had gone. The message
// that told it shows so, unless somebody has looked at it.
func (rc *Reconciler) versionAgain(ctx context.Context, d bot.Doubt) error {
	if err := rc.markVersion(ctx, d.Beside.Entry, false); err != nil {
		return err
	}
	d.Beside.Came = bot.MayHaveCome
	if err := rc.raiseBeside(ctx, d); err != nil {
		return err
	}
	doubts, err := rc.ports.Doubts.Doubts(ctx)
	if err != nil {
		return err
	}
	if slices.ContainsFunc(doubts, func(other bot.Doubt) bool { return other.Of == d.Of && other.Open() }) {
		return rc.ports.Voice.Revise(ctx, rc.heldMessage([]bot.Doubt{d}))
	}
	return nil
}

// versionBack notes that the recorded version is live again.
func (rc *Reconciler) versionBack(ctx context.Context, t bot.Target, r recorded) error {
	gone := false
	for _, p := range r.seen {
		if p.Came() == bot.NeverCame {
			continue
		}
		gone = true
		if err := rc.markVersion(ctx, p.Release, true); err != nil {
			return err
		}
	}
	if !gone {
		return nil
	}
	doubts, err := rc.ports.Doubts.Doubts(ctx)
	if err != nil {
		return err
	}
	var over []bot.Doubt
	for _, d := range doubts {
		if d.About != aboutVersion(t) || !d.Open() {
			continue
		}
		if err := rc.ports.Doubts.Lift(ctx, d); err != nil {
			return err
		}
		d.Looked.At, d.Beside.Came = time.Now(), bot.NeverCame
		over = append(over, d)
	}
	rc.showLooked(ctx, over)
	return nil
}

func aboutVersion(t bot.Target) string { return "version " + t.Path() }

// markVersion lets an entry know whether its version is gone. What it knows already changes
// nothing.
func (rc *Reconciler) markVersion(ctx context.Context, entry string, gone bool) error {
	_, err := rc.ports.Inbox.Post(ctx, bot.InboxEvent{Release: entry, Event: bot.VersionSeen{Gone: gone}})
	return err
}

// sights are what the last looks at the targets found, as far as this process saw it.
type sights struct {
	mu sync.Mutex
	of map[bot.Target]sighting
}

// sighting is a version that was found some times in a row.
type sighting struct {
	release string // that was recorded then
	version string // empty: the recorded one
	looks   int
	since   time.Time
	arrived bool // the recorded one was found since it is recorded
}

func (s *sights) note(t bot.Target, release, version string, now time.Time) sighting {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.of == nil {
		s.of = map[bot.Target]sighting{}
	}
	was := s.of[t]
	if was.release != release {
		was = sighting{release: release}
	}
	if was.looks == 0 || was.version != version {
		was.version, was.looks, was.since = version, 0, now
	}
	was.looks++
	was.arrived = was.arrived || version == ""
	s.of[t] = was
	return was
}

// forget has what is found next be found again.
func (s *sights) forget(t bot.Target) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.of, t)
}
