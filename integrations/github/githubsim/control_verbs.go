package githubsim

import (
	"cmp"
	"maps"
)

// verb carries out a command; a nil result is answered as {}.
type verb func(*Server, command) (any, error)

// verbs lists what POST /_sim/do can do, and what each reads of the command.
func verbs() map[string]verb {
	all := map[string]verb{}
	for _, group := range []map[string]verb{seedVerbs(), runVerbs(), faultVerbs(), lookVerbs()} {
		maps.Copy(all, group)
	}
	return all
}

// do makes a verb of what cannot fail.
func do(act func(*Server, command)) verb {
	return func(s *Server, cmd command) (any, error) {
		act(s, cmd)
		return nil, nil //nolint:nilnil // a verb without a result answers {}
	}
}

// look makes a verb of what only reads.
func look(read func(*Server, command) any) verb {
	return func(s *Server, cmd command) (any, error) { return read(s, cmd), nil }
}

// onRun makes a verb of a move of a run.
func onRun(move func(*Server, int64, command) error) verb {
	return func(s *Server, cmd command) (any, error) {
		id, err := s.pickRun(cmd.Run)
		if err != nil {
			return nil, err
		}
		return object{"run": id}, move(s, id, cmd)
	}
}

func seedVerbs() map[string]verb {
	return map[string]verb{
		// repo, branch, commit: answers {"sha"}
		"commit": look(func(s *Server, cmd command) any {
			return object{"sha": s.Repo(cmd.Repo).Commit(cmd.Branch, cmd.Commit)}
		}),
		// repo, branch, ref ("" deletes)
		"branch": func(s *Server, cmd command) (any, error) {
			return orNotFound(s.Repo(cmd.Repo).SetBranch(cmd.Branch, cmd.Ref))
		},
		// repo, name, ref ("" deletes)
		"tag": func(s *Server, cmd command) (any, error) { return orNotFound(s.Repo(cmd.Repo).Tag(cmd.Name, cmd.Ref)) },
		// repo, branch
		"default_branch": do(func(s *Server, cmd command) { s.Repo(cmd.Repo).SetDefaultBranch(cmd.Branch) }),
		// repo, ref: answers {"sha"}
		"sha": look(func(s *Server, cmd command) any { return object{"sha": s.Repo(cmd.Repo).SHA(cmd.Ref)} }),
		// repo, ref, status
		"status": func(s *Server, cmd command) (any, error) {
			return orNotFound(s.Repo(cmd.Repo).SetStatus(cmd.Ref, cmd.Status))
		},
		// repo, ref, check
		"check": func(s *Server, cmd command) (any, error) {
			return orNotFound(s.Repo(cmd.Repo).SetCheck(cmd.Ref, cmd.Check))
		},
		// repo, ref, pull: the commit belongs to the pull request
		"pull": func(s *Server, cmd command) (any, error) { return orNotFound(s.Repo(cmd.Repo).Join(cmd.Ref, cmd.Pull)) },
		// repo, number, review
		"review": func(s *Server, cmd command) (any, error) {
			return nil, s.Repo(cmd.Repo).Review(cmd.Number, cmd.Review)
		},
		// repo, name, environment
		"environment": do(func(s *Server, cmd command) { s.Repo(cmd.Repo).SetEnvironment(cmd.Name, cmd.Environment) }),
		// repo, on
		"archive": do(func(s *Server, cmd command) { s.Repo(cmd.Repo).SetArchived(cmd.On) }),
		// repo, on
		"actions": do(func(s *Server, cmd command) { s.Repo(cmd.Repo).SetActions(cmd.On) }),
		// repo, workflow (file), name (active, disabled_manually, ...)
		"workflow_state": do(func(s *Server, cmd command) { s.Repo(cmd.Repo).SetWorkflowState(cmd.Workflow, cmd.Name) }),
		// repo, workflow (file), script
		"script": do(func(s *Server, cmd command) { s.Repo(cmd.Repo).SetScript(cmd.Workflow, cmd.Script) }),
	}
}

func runVerbs() map[string]verb {
	return map[string]verb{
		// repo, workflow (file), branch, event, name (of the account): answers {"run"}
		"trigger": func(s *Server, cmd command) (any, error) {
			id, err := s.Repo(cmd.Repo).triggerBy(cmp.Or(cmd.Name, actor), cmd.Workflow, cmd.Branch, cmd.Event)
			return object{"run": id}, err
		},
		// repo, workflow (file), branch, name (of the account), inputs: answers {"run"}
		"start_by_hand": func(s *Server, cmd command) (any, error) {
			id, err := s.Repo(cmd.Repo).StartByHand(cmp.Or(cmd.Name, actor), cmd.Workflow, cmd.Branch, cmd.Inputs)
			return object{"run": id}, err
		},
		// run
		"start": onRun(func(s *Server, id int64, _ command) error { return s.StartRun(id) }),
		// run, job ("" is the next one)
		"start_job": onRun(func(s *Server, id int64, cmd command) error { return s.StartJob(id, cmd.Job) }),
		// run, job
		"hold_job": onRun(func(s *Server, id int64, cmd command) error { return s.HoldJob(id, cmd.Job) }),
		// run, job, conclusion, step (the failed one)
		"finish_job": onRun(func(s *Server, id int64, cmd command) error {
			return s.FinishJob(id, cmd.Job, cmd.Conclusion, cmd.Step)
		}),
		// run, conclusion
		"finish": onRun(func(s *Server, id int64, cmd command) error { return s.FinishRun(id, cmd.Conclusion) }),
		// run, name (of the account)
		"rerun": onRun(func(s *Server, id int64, cmd command) error { return s.rerunBy(cmd.Name, id) }),
		// run, name (the reviewer), state (approved, rejected)
		"review_run": onRun(func(s *Server, id int64, cmd command) error { return s.ReviewRun(id, cmd.Name, cmd.State, "") }),
		// delay
		"stale": do(func(s *Server, cmd command) { s.SetStale(cmd.delay()) }),
		// run
		"rerun_failed": onRun(func(s *Server, id int64, _ command) error { return s.RerunFailed(id) }),
		// run, name (of the status in which it waits)
		"wait": onRun(func(s *Server, id int64, cmd command) error { return s.WaitRun(id, cmd.Name) }),
		// delay
		"lag": do(func(s *Server, cmd command) { s.SetLag(cmd.delay()) }),
		// delay (negative: never)
		"cancel_delay": do(func(s *Server, cmd command) { s.SetCancelDelay(cmd.delay()) }),
		// factor
		"speed": do(func(s *Server, cmd command) { s.SetSpeed(cmd.Factor) }),
	}
}

func faultVerbs() map[string]verb {
	return map[string]verb{
		// fault
		"fault": do(func(s *Server, cmd command) { s.AddFault(cmd.Fault) }),
		// hook_fault
		"hook_fault": do(func(s *Server, cmd command) { s.AddHookFault(cmd.HookFault) }),
		// all faults off
		"clear": do(func(s *Server, _ command) {
			s.ClearFaults()
			s.ClearHookFaults()
		}),
		// url, secret
		"hook": do(func(s *Server, cmd command) { s.SetHook(cmd.URL, cmd.Secret) }),
		// guid, or event and action for the newest such
		"redeliver": redeliver,
		// token ("" is all)
		"revoke": do(func(s *Server, cmd command) { s.Revoke(cmd.Token) }),
		// token ("" is the App's), name (of the permission), state ("read", "" for none, "write" for all)
		"permission": do(func(s *Server, cmd command) { s.Limit(cmd.Token, cmd.Name, cmd.State) }),
		// token
		"accept": do(func(s *Server, cmd command) { s.Accept(cmd.Token) }),
		// limit, remaining, delay (until it is full again)
		"limit": do(func(s *Server, cmd command) { s.SetRateLimit(cmd.Limit, cmd.Remaining, cmd.delay()) }),
		// on
		"old_server": do(func(s *Server, cmd command) { s.SetOldServer(cmd.On) }),
	}
}

func redeliver(s *Server, cmd command) (any, error) {
	if cmd.GUID == "" {
		d, err := s.lastDelivery(cmd.Event, cmd.Action)
		if err != nil {
			return nil, err
		}
		cmd.GUID = d.GUID
	}
	return object{"guid": cmd.GUID}, s.Redeliver(cmd.GUID)
}

func lookVerbs() map[string]verb {
	return map[string]verb{
		"runs":       look(func(s *Server, _ command) any { return s.Runs() }),
		"requests":   look(func(s *Server, _ command) any { return s.Requests() }),
		"counts":     look(func(s *Server, _ command) any { return s.Counts() }),
		"dispatches": look(func(s *Server, _ command) any { return s.Dispatches() }),
		"deliveries": look(func(s *Server, _ command) any { return s.Deliveries() }),
		"violations": look(func(s *Server, _ command) any { return s.Violations() }),
		// method, path (* is anything): answers {"count"}
		"count": look(func(s *Server, cmd command) any { return object{"count": s.Count(cmd.Method, cmd.Path)} }),
		// the log of requests is emptied
		"forget": do(func(s *Server, _ command) { s.ClearRequests() }),
		// repo: answers each deployment's environment, SHA and states
		"deployments": look(func(s *Server, cmd command) any { return s.Repo(cmd.Repo).Deployments() }),
	}
}
