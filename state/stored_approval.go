package state

import (
	"time"

	"github.com/slipwayhq/slipway/bot"
)

// storedApprovalRule holds its first set itself: there was only one once.
type storedApprovalRule struct {
	Count         int                 `json:"count,omitempty"`
	From          []string            `json:"from,omitempty"`
	Expires       time.Duration       `json:"expires,omitempty"`
	Self          bool                `json:"self,omitempty"`
	NotAuthors    bool                `json:"not_authors,omitempty"`
	EscalateAfter time.Duration       `json:"escalate_after,omitempty"`
	EscalateTo    []string            `json:"escalate_to,omitempty"`
	Confirm       []bot.FindingKind   `json:"confirm,omitempty"`
	Remind        time.Duration       `json:"remind,omitempty"`
	More          []storedApprovalSet `json:"more,omitempty"`
}

type storedApprovalSet struct {
	Count         int           `json:"count,omitempty"`
	From          []string      `json:"from,omitempty"`
	Self          bool          `json:"self,omitempty"`
	NotAuthors    bool          `json:"not_authors,omitempty"`
	EscalateAfter time.Duration `json:"escalate_after,omitempty"`
	EscalateTo    []string      `json:"escalate_to,omitempty"`
}

type storedApproval struct {
	By     storedPerson `json:"by"`
	Digest string       `json:"digest"`
	At     time.Time    `json:"at"`
	For    []int        `json:"for,omitempty"`
}

type storedAcknowledgement struct {
	Point string       `json:"point"`
	By    storedPerson `json:"by"`
	At    time.Time    `json:"at"`
}

type storedWithdrawal struct {
	By  storedPerson `json:"by"`
	At  time.Time    `json:"at"`
	Why string       `json:"why,omitempty"`
}

func storeApprovalRule(r bot.ApprovalRule) storedApprovalRule {
	stored := storedApprovalRule{Expires: r.Expires, Remind: r.Remind, Confirm: r.Confirm}
	sets := each(r.Sets, func(s bot.ApprovalSet) storedApprovalSet { return storedApprovalSet(s) })
	if len(sets) > 0 {
		stored.Count, stored.From, stored.Self, stored.NotAuthors = sets[0].Count, sets[0].From, sets[0].Self, sets[0].NotAuthors
		stored.EscalateAfter, stored.EscalateTo = sets[0].EscalateAfter, sets[0].EscalateTo
		stored.More = sets[1:]
	}
	return stored
}

func loadApprovalRule(stored storedApprovalRule) bot.ApprovalRule {
	rule := bot.ApprovalRule{Expires: stored.Expires, Remind: stored.Remind, Confirm: stored.Confirm}
	if stored.Count > 0 {
		first := bot.ApprovalSet{
			Count: stored.Count, From: stored.From, Self: stored.Self, NotAuthors: stored.NotAuthors,
			EscalateAfter: stored.EscalateAfter, EscalateTo: stored.EscalateTo,
		}
		rule.Sets = append([]bot.ApprovalSet{first}, each(stored.More, func(s storedApprovalSet) bot.ApprovalSet { return bot.ApprovalSet(s) })...)
	}
	return rule
}
