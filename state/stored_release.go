package state

import (
	"time"

	"github.com/slipwayhq/slipway/bot"
)

// The stored form of a release. The rule for changing it stands in the package
// documentation: fields are only added. A stored type whose fields are those
// of its noun is converted as a whole, so that a field that is new in the noun
// does not compile until it is stored too.

type storedRelease struct {
	// The first three are written by the create script.
	ID        string `json:"id,omitempty"`
	RunKey    string `json:"run_key,omitempty"`
	CreatedMS int64  `json:"created_ms,omitempty"`

	Kind          bot.Kind                `json:"kind"`
	Target        storedTarget            `json:"target"`
	Phase         bot.Phase               `json:"phase"`
	Requester     storedPerson            `json:"requester"`
	Rule          string                  `json:"rule,omitempty"`
	Ref           string                  `json:"ref,omitempty"`
	Reason        string                  `json:"reason,omitempty"`
	Again         bool                    `json:"again,omitempty"`
	Seen          bool                    `json:"seen,omitempty"`
	Asked         bool                    `json:"asked,omitempty"`
	Beside        storedBeside            `json:"beside,omitzero"`
	Origin        storedOrigin            `json:"origin,omitzero"`
	Pace          storedPace              `json:"pace,omitzero"`
	Plan          *storedPlan             `json:"plan,omitempty"`
	Gates         []storedGate            `json:"gates,omitempty"`
	Approvals     []storedApproval        `json:"approvals,omitempty"`
	Withdrawn     []storedWithdrawal      `json:"withdrawn,omitempty"`
	Reminded      bool                    `json:"reminded,omitempty"`
	Escalated     []int                   `json:"escalated,omitempty"`
	Acknowledged  []storedAcknowledgement `json:"settled,omitempty"`
	Confirmed     bool                    `json:"confirmed,omitempty"`
	Delta         []string                `json:"delta,omitempty"`
	Emergency     storedEmergency         `json:"emergency,omitzero"`
	Reversal      storedReversal          `json:"takes,omitzero"`
	Replaces      string                  `json:"replaces,omitempty"`
	Source        string                  `json:"source,omitempty"`
	Overtaken     bool                    `json:"overtaken,omitempty"`
	Part          storedPart              `json:"part,omitzero"`
	Members       []storedBatchMember     `json:"members,omitempty"`
	Branch        storedBranch            `json:"branch_state,omitzero"`
	Place         storedPlace             `json:"place,omitzero"`
	Dispatch      storedDispatch          `json:"dispatch,omitzero"`
	Claims        []storedClaim           `json:"claims,omitempty"`
	Run           *storedRun              `json:"run,omitempty"`
	Rerun         *storedRun              `json:"rerun,omitempty"`
	Cancel        storedCancel            `json:"cancel,omitzero"`
	Watch         *storedWatch            `json:"watch,omitempty"`
	Verdict       bot.Verdict             `json:"verdict,omitempty"`
	Healthy       bool                    `json:"healthy,omitempty"`
	Vouched       storedPerson            `json:"vouched,omitzero"`
	Opinions      []storedOpinion         `json:"opinions,omitempty"`
	Ending        storedEnding            `json:"ending,omitzero"`
	Moments       []storedMoment          `json:"moments,omitempty"`
	TakenBackBy   string                  `json:"taken_back_by,omitempty"`
	QuarantineEnd storedQuarantineEnd     `json:"pardon,omitzero"`
	DeploymentID  int64                   `json:"deployment_id,omitempty"`
	Unrecorded    storedRefused           `json:"unrecorded,omitzero"`
	Recovered     bool                    `json:"recovered,omitempty"`
	Carded        bool                    `json:"carded,omitempty"`
	WakeAt        time.Time               `json:"wake_at,omitzero"`
	Outbox        []storedPending         `json:"outbox,omitempty"`
}

type storedTarget struct {
	Service     string `json:"service"`
	Environment string `json:"environment"`
}

type storedPerson struct {
	ID   string `json:"id,omitempty"`
	Name string `json:"name,omitempty"`
}

type storedOrigin struct {
	Channel string     `json:"channel,omitempty"`
	Thread  string     `json:"thread,omitempty"`
	Source  bot.Source `json:"source,omitempty"`
	Shell   string     `json:"shell,omitempty"`
}

// Durations are stored in nanoseconds.

type storedPace struct {
	Settle time.Duration `json:"settle,omitempty"`
	Poll   time.Duration `json:"poll,omitempty"`
}

type storedGate struct {
	Name      string      `json:"name"`
	Outcome   bot.Outcome `json:"outcome"`
	Reason    string      `json:"reason,omitempty"`
	Mend      string      `json:"mend,omitempty"`
	Who       []string    `json:"who,omitempty"`
	Where     []string    `json:"where,omitempty"`
	Emergency bool        `json:"emergency,omitempty"`
}

type storedEmergency struct {
	Asked     bool         `json:"asked,omitempty"`
	ReviewBy  time.Time    `json:"review_by,omitzero"`
	SignedOff storedPerson `json:"signed_off,omitzero"`
	SignedAt  time.Time    `json:"signed_at,omitzero"`
	Reminders int          `json:"reminders,omitempty"`
}

type storedReversal struct {
	Back  string `json:"back,omitempty"`
	To    string `json:"to,omitempty"`
	ToSHA string `json:"to_sha,omitempty"`
}

type storedPlace struct {
	Ahead  int           `json:"ahead,omitempty"`
	Holder string        `json:"holder,omitempty"`
	Wait   time.Duration `json:"wait,omitempty"`
}

type storedBranch struct {
	Newer    int       `json:"newer,omitempty"`
	LookedAt time.Time `json:"looked_at,omitzero"`
}

type storedDispatch struct {
	State       bot.DispatchState `json:"state,omitempty"`
	Attempt     int               `json:"attempt,omitempty"`
	At          time.Time         `json:"at,omitzero"`
	Problem     string            `json:"problem,omitempty"`
	Interrupted bool              `json:"interrupted,omitempty"`
	NeverRan    storedPerson      `json:"never_ran,omitzero"`
}

type storedClaim struct {
	By  storedPerson `json:"by"`
	Run int64        `json:"run"`
}

type storedCancel struct {
	AskedAt time.Time       `json:"asked_at,omitzero"`
	By      storedPerson    `json:"by,omitzero"`
	Reason  string          `json:"reason,omitempty"`
	Cause   bot.CancelCause `json:"cause,omitempty"`
	For     string          `json:"for,omitempty"`
	Forced  bool            `json:"forced,omitempty"`
	Wait    storedWait      `json:"wait,omitzero"`
}

type storedEnding struct {
	By     storedPerson `json:"by,omitzero"`
	Reason string       `json:"reason,omitempty"`
	Cause  string       `json:"cause,omitempty"`
	Mend   string       `json:"mend,omitempty"`
}

type storedQuarantineEnd struct {
	By     storedPerson `json:"by,omitzero"`
	Reason string       `json:"reason,omitempty"`
	At     time.Time    `json:"at,omitzero"`
}

type storedRefused struct {
	Says string `json:"says,omitempty"`
	Mend string `json:"mend,omitempty"`
}

type storedMoment struct {
	Phase bot.Phase `json:"phase"`
	At    time.Time `json:"at"`
}

type storedPending struct {
	Effect storedEffect `json:"effect"`
	Tries  int          `json:"tries,omitempty"`
	Since  time.Time    `json:"since,omitzero"`
	Due    time.Time    `json:"due,omitzero"`
}

// storedReply is where a private answer goes, under a key of its own that
// Redis forgets by itself.
type storedReply struct {
	To      storedPerson `json:"to"`
	Channel string       `json:"channel,omitempty"`
	Thread  string       `json:"thread,omitempty"`
	URL     string       `json:"url"`
}

type storedRef struct {
	Channel string `json:"channel"`
	ID      string `json:"id"`
	Shared  bool   `json:"shared,omitempty"`
}

type storedQuarantine struct {
	SHA     string    `json:"sha"`
	Release string    `json:"release"`
	By      string    `json:"by"`
	At      time.Time `json:"at"`
}
