package blocks

import (
	"strconv"
	"strings"

	"github.com/slipwayhq/slipway/bot"
)

// shownChanges is how many commits of a change list a message shows.
const shownChanges = 7

// changes are the commits that go out, newest first, with their authors.
func changes(r bot.Release, authors map[string]bot.Person) []markup {
	if r.Plan == nil || r.Kind == bot.Adopt {
		return nil
	}
	c := r.Plan.Changes
	if c.Direction == "" {
		return []markup{"Nothing is known of what is live here, so there is nothing to compare with."}
	}
	if r.Overtaken {
		return []markup{"⏳ *Something else is live here by now:* the plan is being worked out again, and can be approved after that."}
	}
	lines := []markup{direction(r), perhaps(r.Plan), ownOnly(r)}
	commits := c.Commits[:min(len(c.Commits), shownChanges)]
	for _, commit := range commits {
		lines = append(lines, changeLine(commit, authors))
	}
	total := c.Total
	if c.Direction == bot.Backward {
		total = c.Removed
	}
	if c.Looked > 0 {
		total = len(c.Commits)
	}
	if more := total - len(commits); more > 0 && len(commits) > 0 {
		lines = append(lines, link(c.URL, markup("… and "+strconv.Itoa(more)+" more")))
	}
	return lines
}

// ownOnly says that the list is only of those commits that touch the service,
// where it shares its repository.
func ownOnly(r bot.Release) markup {
	c := r.Plan.Changes
	if c.Looked == 0 {
		return ""
	}
	among := markup("these")
	if max(c.Total, c.Removed) > c.Looked {
		among = markup("the newest " + strconv.Itoa(c.Looked))
	}
	service := esc(r.Target.Service, nameMax)
	switch len(c.Commits) {
	case 0:
		return "None of " + among + " touches files of " + service + "."
	case 1:
		return "1 of " + among + " touches files of " + service + ":"
	}
	return join(" ", markup(strconv.Itoa(len(c.Commits))), "of", among, "touch files of", service+":")
}

// movedOn says what came to the branch while the release waited.
func movedOn(r bot.Release) markup {
	if r.Branch.Newer == 0 || r.Plan == nil || !r.Phase.Waits() {
		return ""
	}
	they := markup("that are not part of this release.")
	if r.Branch.Newer == 1 {
		they = "that is not part of this release."
	}
	mend := markup("_Start Over_, in the menu, makes a new release of the newest and ends this one.")
	if r.Phase.InQueue() {
		mend = "_Start Over_ makes a new release of the newest and ends this one."
	}
	if r.Part.Batch != "" {
		mend = "To bring them, cancel " + code(r.Part.Batch, nameMax) + " and ask for all of it again."
	}
	return join(" ", code(r.Plan.Commit.TipOf, subjectMax), "has", bold(markup(count(r.Branch.Newer, "newer commit"))), they, mend)
}

// saidByChanges says whether a gate tells what the list of changes tells
// already.
func saidByChanges(g bot.Gate) bool {
	return g.Name == "direction" || g.Name == "live" && g.Outcome == bot.Pass
}

// direction says how the commit lies to what is live.
func direction(r bot.Release) markup {
	p, c := r.Plan, r.Plan.Changes
	since := markup("what is live")
	if p.Current != nil {
		since = join(" ", code(p.Current.Release, nameMax), pastSHA(p.Current.SHA))
		if again := startedAgain(*p.Current); again != "" {
			since += " (" + again + ")"
		}
	}
	compare := linkOnly(c.URL, "compare")
	if compare != "" {
		compare = "(" + compare + ")"
	}
	total := markup(count(c.Total, "commit"))
	removed := markup(count(c.Removed, "commit"))
	if r.Kind == bot.Rollback && c.Direction == bot.Backward {
		return join(" ", "Removes", bold(removed), "from what is live,", since, compare)
	}
	switch c.Direction {
	case bot.Forward:
		return join(" ", bold(total), "since", since, compare)
	case bot.Backward:
		return join(" ", "⚠️ *Goes back*: removes", bold(removed), "from what is live,", since, compare)
	case bot.Sideways:
		return join(" ", "⚠️ *Another branch*: brings", bold(total), "and removes", bold(removed), "from what is live,", since, compare)
	case bot.Same:
		return join(" ", "This commit is live already,", since)
	case bot.Unrelated:
		return join(" ", "⚠️ GitHub cannot compare this commit with what is live (no history in common, or one of the two is gone):", since)
	}
	return ""
}

func changeLine(c bot.Commit, authors map[string]bot.Person) markup {
	subject := c.Subject
	pr := markup("")
	if c.PR > 0 {
		number := "#" + strconv.Itoa(c.PR)
		// A squashed pull request has its number in the subject already.
		subject = strings.TrimSuffix(subject, " ("+number+")")
		pr = link(pullURL(c), markup(number))
	}
	return join(" ", "•", sha(c), esc(subject, subjectMax), pr, "–", author(c, authors))
}

// pullURL is where the code host shows the pull request that brought a commit;
// empty if that cannot be told from the commit's own address.
func pullURL(c bot.Commit) string {
	repo := repoURL(c)
	if repo == "" {
		return ""
	}
	return repo + "/pull/" + strconv.Itoa(c.PR)
}

// repoURL is where the code host shows the repository of a commit.
func repoURL(c bot.Commit) string {
	repo, _, found := strings.Cut(c.URL, "/commit/")
	if !found {
		return ""
	}
	return repo
}

// author names who wrote a commit, by the name in the chat where it is known.
// It is no mention: nobody is called for each deploy of their commit.
func author(c bot.Commit, authors map[string]bot.Person) markup {
	if p, ok := authors[c.Login]; ok && c.Login != "" {
		return named(p)
	}
	if c.Author != "" {
		return esc(c.Author, nameMax)
	}
	return esc(c.Login, nameMax)
}

// callAuthors mentions those who wrote the commits of a release and have a
// name in the chat; nobody where nothing was started.
func callAuthors(r bot.Release, authors map[string]bot.Person) markup {
	if r.Plan == nil || !r.Started() {
		return ""
	}
	var who []markup
	seen := map[string]bool{}
	for _, c := range r.Plan.Changes.Commits {
		person, ok := authors[c.Login]
		if !ok || !ValidUserID(person.ID) || seen[person.ID] {
			continue
		}
		seen[person.ID] = true
		who = append(who, mention(person))
	}
	if len(who) == 0 {
		return ""
	}
	return "Commits by " + list(who, 10) + "."
}
