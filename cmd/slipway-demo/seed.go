package main

import (
	"strings"
	"time"

	"github.com/slipwayhq/slipway/integrations/github/githubsim"
	"github.com/slipwayhq/slipway/integrations/slack/slacksim"
)

// What the world is called.
const (
	deploys    = "C0DEPLOYS"
	alerts     = "C0ALERTS"
	shopRepo   = "acme/shop"
	workflow   = "deploy.yml"
	hookSecret = "demo-hook-secret"

	anna = "U01ANNA"
	ben  = "U02BEN"
	cleo = "U03CLEO"
	dan  = "U04DAN"
)

// person is somebody whom one can be.
type person struct {
	ID    string `json:"id"`
	Name  string `json:"name"`
	Role  string `json:"role"`
	About string `json:"about"`
	guest bool
}

func people() []person {
	return []person{
		{ID: anna, Name: "Anna", Role: "Requester", About: "On call. May approve, but not her own releases."},
		{ID: ben, Name: "Ben", Role: "Approver", About: "On call. Approves what others ask for."},
		{ID: cleo, Name: "Cleo", Role: "Engineer", About: "May deploy, but not approve."},
		{ID: dan, Name: "Dan", Role: "Outsider", About: "A guest. slipway does nothing for him.", guest: true},
	}
}

func (d *world) seedSlack() {
	for _, p := range people() {
		d.slack.AddUser(slacksim.User{ID: p.ID, Name: strings.ToLower(p.Name), RealName: p.Name, IsRestricted: p.guest})
	}
	d.slack.AddChannel(slacksim.Channel{ID: deploys, Name: "deploys"})
	d.slack.AddChannel(slacksim.Channel{ID: alerts, Name: "alerts"})
}

func (d *world) seedGitHub() {
	repo := d.github.Repo(shopRepo)
	d.good = repo.Commit("main", githubsim.CommitSpec{
		Message: "Open the shop", Login: "anna-gh", Name: "Anna", Files: map[string]string{".github/workflows/" + workflow: workflowFile},
	})
	repo.Commit("main", githubsim.CommitSpec{Message: "Show prices with tax (#41)", Login: "anna-gh", Name: "Anna"})
	repo.Commit("main", githubsim.CommitSpec{Message: "Remember the basket (#42)", Login: "cleo-gh", Name: "Cleo"})
	repo.SetScript(workflow, runScript("success"))
}

// runScript is how a run goes whose last step ends as it is said.
func runScript(conclusion string) githubsim.Script {
	step := func(name, conclusion string) githubsim.StepScript {
		return githubsim.StepScript{Name: name, Takes: githubsim.Duration(1200 * time.Millisecond), Conclusion: conclusion}
	}
	return githubsim.Script{
		Queue: githubsim.Duration(600 * time.Millisecond),
		Jobs: []githubsim.JobScript{
			{Name: "build", Steps: []githubsim.StepScript{step("Build the image", "success")}},
			{Name: "deploy", Steps: []githubsim.StepScript{step("Roll out", conclusion)}},
		},
	}
}

// breakShop commits the change that will not be well.
func (d *world) breakShop() {
	d.shop.breakCommit(d.github.Repo(shopRepo).Commit("main", githubsim.CommitSpec{
		Message: "Pay by card (#43)", Login: "cleo-gh", Name: "Cleo",
	}))
}

// moveBranch commits one change more to the branch, and gives it.
func (d *world) moveBranch() string {
	changes := []string{
		"Sort by price (#44)", "Send the receipt as PDF (#45)", "Find by barcode (#46)", "Round the total half to even (#47)",
		"Show what is out of stock (#48)", "Keep a wish list (#49)",
	}
	d.mu.Lock()
	change := changes[d.moved%len(changes)]
	d.moved++
	d.mu.Unlock()
	return d.github.Repo(shopRepo).Commit("main", githubsim.CommitSpec{Message: change, Login: "cleo-gh", Name: "Cleo"})
}
