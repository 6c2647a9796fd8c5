package catalog

import (
	"fmt"
	"time"

	"github.com/slipwayhq/slipway/bot"
)

func approvalsShape(about string) shape {
	return approvalSetShape(about).orManyOf(approvalSetShape("One set of approvals. All sets must be full; a person's yes counts for each that they belong to."), 10)
}

func approvalSetShape(about string) shape {
	return object(about,
		optional("count", numberOf(0, 10, "How many people must approve; 0 asks nobody.").orNumber(1)),
		optional("from", groupNames("The groups whose members may approve.")),
		optional("expires", durationOf(time.Second, 30*day, "How long the answer may take; of several sets the shortest counts.").or("2h")),
		optional("self", boolOf("Whether who asks may also approve.").or("false")),
		optional("authors", boolOf("Whether who wrote one of the changes may approve. With false, approvers need their GitHub login under people.").or("true")),
		optional("remind", durationOf(time.Second, 30*day, "When those who are asked are reminded; never if left out.")),
		optional("escalate", object("Who else is asked when the set is not full in time.",
			required("after", durationOf(time.Second, 30*day, "When they are asked.")),
			required("to", groupNames("The groups whose members may then approve too.")),
		)),
	)
}

func decodeApprovals(n *node) bot.ApprovalRule {
	var approvals bot.ApprovalRule
	for _, set := range n.each() {
		expires := set.get("expires").dur()
		if approvals.Expires == 0 || expires < approvals.Expires {
			approvals.Expires = expires
		}
		if remind := set.get("remind"); remind.given() && (approvals.Remind == 0 || remind.dur() < approvals.Remind) {
			approvals.Remind = remind.dur()
		}
		if set.get("count").num() == 0 {
			continue
		}
		approvals.Sets = append(approvals.Sets, bot.ApprovalSet{
			Count:         int(set.get("count").num()),
			From:          set.get("from").strs(),
			Self:          set.get("self").yes(),
			NotAuthors:    !set.get("authors").yes(),
			EscalateAfter: set.get("escalate").get("after").dur(),
			EscalateTo:    set.get("escalate").get("to").strs(),
		})
	}
	return approvals
}

// approvalsAgree reports approvals that nobody could ever give.
func (c *checker) approvalsAgree(n *node, groups groupTable) {
	for _, set := range n.each() {
		c.approvalSetAgrees(set, groups)
	}
}

func (c *checker) approvalSetAgrees(n *node, groups groupTable) {
	if n.kind != mapping {
		return
	}
	count, from := n.get("count"), n.get("from")
	if count.num() > 0 && !from.given() {
		c.fault(from, "is missing: name the groups whose members may approve")
	}
	c.mustComeBefore(n.get("remind"), n.get("expires"))
	c.mustComeBefore(n.get("escalate").get("after"), n.get("expires"))
	for _, group := range n.get("escalate").get("to").each() {
		c.mustBe(group, "a group", "groups", groups.declared)
	}
	people, countable := map[string]bool{}, true
	for _, group := range from.each() {
		c.mustBe(group, "a group", "groups", groups.declared)
		members := groups.members[group.str()]
		countable = countable && len(members) > 0
		for i := 0; i < len(members) && int64(len(people)) < count.num(); i++ {
			people[members[i]] = true // stops at as many as are asked for
		}
	}
	if countable && from.given() && count.num() > int64(len(people)) {
		c.fault(count, fmt.Sprintf("asks for %d approvals, but the groups have %d members", count.num(), len(people)))
	}
}

// mustComeBefore checks that something happens before the request for approval expires.
func (c *checker) mustComeBefore(n, expires *node) {
	if n.valid && expires.valid && n.dur() >= expires.dur() {
		c.fault(n, "is not before expires ("+written(expires.dur())+"), so it would never happen")
	}
}
