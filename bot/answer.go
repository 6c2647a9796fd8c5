package bot

import "time"

// Answer is what is said to a person, privately unless it says otherwise. It
// says what is true, never how it looks.
//
//sumtype:decl
type Answer interface{ answer() }

type (
	// Accepted means: the request is stored and work goes on.
	Accepted struct {
		Release  Release
		Existing bool // an identical request had made it before
		// Newer is how many commits its branch has by now that it does not bring,
		// where it existed and that could be told.
		Newer int
		// Notes say how the words were understood where they could have been
		// meant otherwise.
		Notes   []string
		Channel string // where its card appears
	}
	// Problem means: the request cannot be done, and what would work.
	Problem struct {
		Says string // what is wrong, one sentence
		// Understood says how the words were read; empty where that is plain.
		Understood string
		Gates      []Gate // the gates that refuse
		Mends      []string
		Near       string // the nearest command that would work, to copy
		Channel    string // the channel that it is about, if it is about one
		Field      Field  // the field of a form that it is about, if it is about one
		// Beside is what is wrong at other fields of the same form.
		Beside []FieldFault
	}
	// Done means: something small was done, in one sentence.
	Done struct {
		Says    string
		Pending bool // it is stored, and what comes of it is decided later
	}
	// Locked means: a scope was closed, or opened again.
	Locked struct {
		Lock   Lock
		Opened bool  // it was ended
		Before *Lock // somebody else's that it replaced; nil: none
		Now    time.Time
		// Tell is what somebody else must hear of it.
		Tell []DirectMessage
	}
	// PlanView shows all that a release will do, and offers what the person may do
	// with it.
	PlanView struct {
		Release Release
		Offer   Action // empty: nothing
	}
	// Board shows what is live where.
	Board struct {
		Now  time.Time
		Rows []BoardRow
		// Page is which of the Pages these are, from 1 on; Further is what can be typed
		// for the next, if there is one.
		Page, Pages int
		Further     string
		// Counting says that it is still being counted what lies between environments.
		Counting bool
		// Troubles are what is wrong with how slipway reaches people.
		Troubles []Trouble
	}
	// ServiceView shows one service in full.
	ServiceView struct {
		Now  time.Time
		Rows []BoardRow
		// Past are the last releases of its targets, where they are few; Unread are those
		// whose history could not be read.
		Past   []HistoryView
		Unread []Target
		Links  []Link
		// Asks is how many probes are being asked how it is now; what they show follows.
		Asks int
	}
	// LiveHealth shows how a service is at this moment.
	LiveHealth struct {
		Now     time.Time
		Targets []TargetHealth
	}
	// Mine shows somebody what concerns them: what waits for their yes, what they
	// asked for that is not over, and what is live.
	Mine struct {
		Now     time.Time
		Who     Person
		Waiting []Release
		Asked   []Release
		// MoreWaiting and MoreAsked are how many of each are left out.
		MoreWaiting, MoreAsked int
		Board                  Board
		Names                  SlashNames
	}
	// HistoryView lists the releases of a target, newest first.
	HistoryView struct {
		Now    time.Time
		Target Target
		Past   []Past
	}
	// EmergencyView lists the emergencies of some targets, newest first.
	EmergencyView struct {
		Now  time.Time
		Of   string // a service, a target, or everything
		Past []EmergencyPast
		// Unread are the targets whose history could not be read.
		Unread []Target
	}
	// EmergencyPast is one emergency that was.
	EmergencyPast struct {
		Target Target
		Past   Past
	}
	// QueueView shows who is under way and who waits, one line a target.
	QueueView struct {
		Now   time.Time
		Lines []QueueLine
	}
	// Help lists the commands.
	Help struct {
		Verb  string // one command in full; empty: all of them
		Verbs []VerbHelp
		// Short are the names that may be typed for others.
		Short []ShortName
		// Here is the release of whose card it was asked in the thread, if any: there
		// its id may be left out.
		Here string
		// Service is the service of the channel in which it was asked, if it has one:
		// there its name may be left out.
		Service string
		Names   SlashNames
	}
	// Form asks what to deploy.
	Form struct {
		Choices []FormChoice
		// Chosen is what is chosen to begin with; it may name nothing.
		Chosen Target
		Names  SlashNames
	}
	// TargetForm asks on which target something is to be taken back.
	TargetForm struct {
		Choices []FormChoice
		Names   SlashNames
	}
	// RollbackForm asks which release to go back to.
	RollbackForm struct {
		Now    time.Time
		Target Target
		Past   []Past // those that it may go to, newest first
		// Between is what lies between each of those and what is live, in their order,
		// as far as that was asked for.
		Between []Between
	}
)

// SlashNames are the names of the slash commands, which the operator chooses.
type SlashNames struct{ Deploy, Rollback, Status string }

// TargetHealth is what its probes show of what is live on a target.
type TargetHealth struct {
	Target  Target
	Release string // the live one; empty: nothing is known to be live
	SHA     string
	Glances []Glance // none: it has no probes
}

// DirectMessage is a private word to somebody other than who asked.
type DirectMessage struct {
	To   Person
	Says string // whole sentences
	// Told says that it arrived, and Failed why it did not. With neither it is
	// under way.
	Told   bool
	Failed *Untold
}

// Untold is why somebody could not be told, and what would help.
type Untold struct{ Says, Mend string }

// BoardRow is one target on the board.
type BoardRow struct {
	State TargetState
	// Failing says that nothing could be read of it.
	Failing string
	// Apart is how far what is live in the environment Before lies from what is live here;
	// nothing: not at all, or that is not known.
	Before string
	Apart  Distance
}

// QueueLine is who is under way on a target and who waits for it.
type QueueLine struct {
	Target  Target
	Under   *Release
	Waiting []Release // first first
	More    int       // how many wait behind those
}

// VerbHelp is what one command says of itself.
type VerbHelp struct {
	Verb     string
	Usage    []string
	Summary  string
	Examples []string
}

// ShortName is a name that may be typed for another one.
type ShortName struct {
	Word, Means string
	// Of is the service in which it is that of an environment; empty: it is so in
	// all, or it is that of a service.
	Of string
}

// Between is what lies between a release and what is live.
type Between struct {
	// Known says that it could be found out.
	Known bool
	// Commits are those that going back takes away.
	Commits int
	Undone  Undone
}

// FormChoice is a service that the form offers, with its environments.
type FormChoice struct {
	Service      string
	Environments []string
}

func (Accepted) answer()      {}
func (Problem) answer()       {}
func (Done) answer()          {}
func (Locked) answer()        {}
func (PlanView) answer()      {}
func (Board) answer()         {}
func (ServiceView) answer()   {}
func (LiveHealth) answer()    {}
func (HistoryView) answer()   {}
func (Mine) answer()          {}
func (EmergencyView) answer() {}
func (Help) answer()          {}
func (Form) answer()          {}
func (TargetForm) answer()    {}
func (RollbackForm) answer()  {}
func (QueueView) answer()     {}
