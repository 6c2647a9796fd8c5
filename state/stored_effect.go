package state

import (
	"encoding/json"
	"time"

	"github.com/slipwayhq/slipway/bot"
)

// storedEffect is an effect in an outbox. Note says which of a kind it is. Of what
// is said to everybody, of a run that was named and of a report it is only how the
// version before this one says it (stored_effect_former.go); they have fields.
type storedEffect struct {
	Kind   effectKind    `json:"kind"`
	Note   string        `json:"note,omitempty"`
	To     storedPerson  `json:"to,omitzero"`
	News   *storedNews   `json:"news,omitempty"`
	Named  int64         `json:"named,omitempty"`
	Report *storedReport `json:"report,omitempty"`
	// At and Recipient are of what others are told.
	At        time.Time       `json:"at,omitzero"`
	Recipient storedRecipient `json:"recipient,omitzero"`
}

// effectKind is how an effect is called where it is stored.
type effectKind string

// The kinds of effects that have fields.
const (
	findRun          effectKind = "find_run"
	readRun          effectKind = "read_run"
	recordDeployment effectKind = "record_deployment"
	letMemberAsk     effectKind = "let_member_ask"
	letMemberGo      effectKind = "let_member_go"
	stopMember       effectKind = "stop_member"
	report           effectKind = "report"
	tell             effectKind = "tell"
	say              effectKind = "say"
	alert            effectKind = "alert"
	notify           effectKind = "notify"
	deliver          effectKind = "deliver"
)

type storedRecipient struct {
	Kind bot.RecipientKind `json:"kind"`
	ID   string            `json:"id"`
}

type storedReport struct {
	Phase   bot.Phase `json:"phase"`
	Awaits  bot.Await `json:"awaits,omitempty"`
	Healthy bool      `json:"healthy,omitempty"`
	At      time.Time `json:"at,omitzero"`
}

// bareEffects are those that have no fields, by how they are stored.
func bareEffects() map[storedEffect]bot.Effect {
	return map[storedEffect]bot.Effect{
		{Kind: "resolve"}:              bot.Resolve{},
		{Kind: "take_slot"}:            bot.TakeSlot{},
		{Kind: "look_at_branch"}:       bot.LookAtBranch{},
		{Kind: "look_at_live"}:         bot.LookAtLive{},
		{Kind: "refresh"}:              bot.Refresh{},
		{Kind: "replace"}:              bot.Replace{},
		{Kind: "ask_yield"}:            bot.AskYield{},
		{Kind: "recheck"}:              bot.Recheck{},
		{Kind: "send_dispatch"}:        bot.SendDispatch{},
		{Kind: readRun}:                bot.ReadRun{},
		{Kind: readRun, Note: "poll"}:  bot.PollRun{},
		{Kind: readRun, Note: "rerun"}: bot.ReadRerun{},
		{Kind: "compare_workflow"}:     bot.CompareWorkflow{},
		{Kind: "cancel_run"}:           bot.CancelRun{},
		{Kind: "force_cancel_run"}:     bot.ForceCancelRun{},
		{Kind: "ask_probes"}:           bot.AskProbes{},
		{Kind: "roll_back"}:            bot.RollBack{},
		{Kind: "retire_deployment"}:    bot.RetireDeployment{},
		{Kind: "take_back"}:            bot.TakeBack{},
		{Kind: "end_quarantine"}:       bot.EndQuarantine{},
		{Kind: "look_beside"}:          bot.LookBeside{},
		{Kind: "begin_members"}:        bot.BeginMembers{},
		{Kind: "read_members"}:         bot.ReadMembers{},
	}
}

func storeEffect(e bot.Effect) storedEffect {
	switch e := e.(type) {
	case bot.FindRun:
		return storedEffect{Kind: findRun, Note: formerRun(e.Named), Named: e.Named}
	case bot.RecordDeployment:
		return storedEffect{Kind: recordDeployment, Note: string(e.State)}
	case bot.LetMemberAsk:
		return storedEffect{Kind: letMemberAsk, Note: e.Member}
	case bot.LetMemberGo:
		return storedEffect{Kind: letMemberGo, Note: e.Member}
	case bot.StopMember:
		return storedEffect{Kind: stopMember, Note: e.Member}
	case bot.Report:
		r := storedReport(e)
		return storedEffect{Kind: report, Note: formerReport(r), Report: &r}
	case bot.Tell:
		return storedEffect{Kind: tell, Note: string(e.Why), To: storedPerson(e.To)}
	case bot.Say:
		return storeSpoken(say, e.News)
	case bot.Alert:
		return storeSpoken(alert, e.News)
	case bot.Notify:
		return storedEffect{Kind: notify, Note: string(e.Outcome), At: e.At}
	case bot.Deliver:
		return storedEffect{Kind: deliver, Note: string(e.Outcome), At: e.At, Recipient: storedRecipient(e.To)}
	case bot.LaterEffect:
		return storeLater(e)
	default:
		for stored, bare := range bareEffects() {
			if bot.SameEffect(bare, e) {
				return stored
			}
		}
		return storedEffect{}
	}
}

func storeLater(e bot.LaterEffect) storedEffect {
	var s storedEffect
	if err := json.Unmarshal([]byte(e.Stored), &s); err != nil {
		return storedEffect{} // loadEffect made it
	}
	return s
}

func storeSpoken(how effectKind, n bot.News) storedEffect {
	news := storeNote(n)
	return storedEffect{Kind: how, Note: formerNote(news), To: news.By, News: &news}
}

// loadEffect reads an effect; what this version does not know is a later one's.
func loadEffect(s storedEffect) bot.Effect {
	if e, known := knownEffect(s); known {
		return e
	}
	text, err := json.Marshal(s)
	if err != nil {
		return bot.LaterEffect{} // its times were read, so they can be written
	}
	return bot.LaterEffect{Stored: string(text)}
}

func knownEffect(s storedEffect) (bot.Effect, bool) {
	switch s.Kind {
	case findRun:
		if s.Named == 0 {
			s.Named = formerlyRun(s.Note)
		}
		return bot.FindRun{Named: s.Named}, true
	case recordDeployment:
		return bot.RecordDeployment{State: bot.DeploymentState(s.Note)}, true
	case letMemberAsk:
		return bot.LetMemberAsk{Member: s.Note}, true
	case letMemberGo:
		return bot.LetMemberGo{Member: s.Note}, true
	case stopMember:
		return bot.StopMember{Member: s.Note}, true
	case report:
		if s.Report == nil {
			return bot.Report(formerlyReport(s.Note)), true
		}
		return bot.Report(*s.Report), true
	case tell:
		return bot.Tell{To: bot.Person(s.To), Why: bot.Told(s.Note)}, true
	case say, alert:
		return loadSpoken(s)
	case notify:
		return bot.Notify{Outcome: bot.ReleaseOutcome(s.Note), At: s.At}, true
	case deliver:
		return bot.Deliver{Outcome: bot.ReleaseOutcome(s.Note), At: s.At, To: bot.Recipient(s.Recipient)}, true
	case readRun: // one of those without fields
	}
	e, known := bareEffects()[storedEffect{Kind: s.Kind, Note: s.Note}]
	return e, known
}

func loadSpoken(s storedEffect) (bot.Effect, bool) {
	stored := s.News
	if stored == nil {
		former := formerlyNote(s.Note, s.To)
		stored = &former
	}
	n, known := loadNote(*stored)
	if s.Kind == say {
		return bot.Say{News: n}, known
	}
	return bot.Alert{News: n}, known
}
