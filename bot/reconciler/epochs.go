package reconciler

import (
	"sync"
	"time"

	"github.com/slipwayhq/slipway/bot"
)

// source is where runs are listed: the workflow of a repository. Services may
// share one.
type source struct{ repo, workflow string }

func (s source) String() string { return s.repo + " " + s.workflow }

// about names the doubt whether all runs of a source are known.
func (s source) about() string { return "runs of " + s.String() }

// sources are all that slipway.yaml names.
func (rc *Reconciler) sources() []source {
	var all []source
	seen := map[source]bool{}
	for _, service := range rc.catalog.Services {
		s := source{repo: service.Repo.String(), workflow: service.Workflow}
		if !seen[s] {
			seen[s] = true
			all = append(all, s)
		}
	}
	return all
}

// targetsOf are the targets of all services that a source's runs may be for.
func (rc *Reconciler) targetsOf(s source) []bot.Target {
	var targets []bot.Target
	for _, service := range rc.servicesOf(s) {
		targets = append(targets, rc.targetsIn(service)...)
	}
	return targets
}

// sourceOf is where the runs of a target are listed.
func (rc *Reconciler) sourceOf(t bot.Target) source {
	service, _ := rc.catalog.Service(t.Service)
	return source{repo: service.Repo.String(), workflow: service.Workflow}
}

func (rc *Reconciler) servicesOf(s source) []string {
	var services []string
	for _, service := range rc.catalog.Services {
		if (source{repo: service.Repo.String(), workflow: service.Workflow}) == s {
			services = append(services, service.Name)
		}
	}
	return services
}

func (rc *Reconciler) targetsIn(service string) []bot.Target {
	var targets []bot.Target
	declared, _ := rc.catalog.Service(service)
	for _, environment := range declared.Environments {
		targets = append(targets, bot.Target{Service: service, Environment: environment.Name})
	}
	return targets
}

const (
	// fewTries is how many tries to compare a source may fail before it is announced
	// that its targets are held back.
	fewTries = 3
	// maxComparePause is the longest pause between two tries.
	maxComparePause = time.Minute
)

// epochs remembers which sources this process has compared in the current epoch of the
// store, and what it found.
type epochs struct {
	mu      sync.Mutex
	epoch   string
	sources map[source]*comparison // those of this epoch; nil: none was begun
	going   map[string][]orphan    // runs of forgotten releases, by service
	untold  map[string]findings    // what nobody was told of yet, by service
	told    map[string]string      // what was told last, by service
}

// comparison is how far the comparison of a source has come in the epoch.
type comparison struct {
	compared bool
	tries    int       // that failed in a row
	next     time.Time // not before
}

// is says whether the runs of a source were compared in an epoch.
func (l *epochs) is(epoch string, s source) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	c := l.sources[s]
	return l.epoch == epoch && c != nil && c.compared
}

// doubt has the runs compared again, because the epoch has only just begun.
func (l *epochs) doubt(epoch string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.epoch != epoch {
		return
	}
	for _, c := range l.sources {
		if c.compared {
			*c = comparison{}
		}
	}
}

// first says that nothing needs comparing: the epoch is the first one.
func (l *epochs) first(epoch string, all []source) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.begin(epoch, all)
	for _, c := range l.sources {
		c.compared = true
	}
}

func (l *epochs) begin(epoch string, all []source) {
	if l.epoch == epoch && l.sources != nil {
		return
	}
	l.epoch, l.sources = epoch, map[source]*comparison{}
	for _, s := range all {
		l.sources[s] = &comparison{}
	}
}

// wants says whether a source is due to be compared.
func (l *epochs) wants(epoch string, now time.Time) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.epoch != epoch || l.sources == nil {
		return true
	}
	for _, c := range l.sources {
		if !c.compared && !c.next.After(now) {
			return true
		}
	}
	return false
}

// due are the sources that are due to be compared.
func (l *epochs) due(epoch string, all []source, now time.Time) []source {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.begin(epoch, all)
	var due []source
	for _, s := range all {
		if c := l.sources[s]; c != nil && !c.compared && !c.next.After(now) {
			due = append(due, s)
		}
	}
	return due
}

// went records that a source was compared. settles is the time left until all its runs
// must be listed; the comparison is final only after that.
func (l *epochs) went(epoch string, s source, settles time.Duration) (compared bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	c := l.sources[s]
	if l.epoch != epoch || c == nil {
		return false
	}
	c.tries = 0
	c.compared = settles <= 0
	c.next = time.Now().Add(settles)
	return c.compared
}

// failed records that a source could not be compared, and returns how often in a row.
func (l *epochs) failed(epoch string, s source, asked time.Duration) (tries int) {
	l.mu.Lock()
	defer l.mu.Unlock()
	c := l.sources[s]
	if l.epoch != epoch || c == nil {
		return 0
	}
	c.tries++
	c.next = time.Now().Add(max(asked, min(time.Second<<min(c.tries-1, 6), maxComparePause)))
	return c.tries
}
