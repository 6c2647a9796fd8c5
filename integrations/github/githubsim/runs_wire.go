package githubsim

import "cmp"

// actor is the account that all requests are made by.
const actor = "slipway-sim"

func (r *run) api() string  { return r.repo.api() + "/actions/runs/" + itoa(r.id) }
func (r *run) html() string { return r.repo.html() + "/actions/runs/" + itoa(r.id) }

// suite is the check suite to which the run's jobs belong.
func (r *run) suite() int64 { return r.id }

func (r *run) json() object {
	api := r.api()
	var previous any
	if r.attempt > 1 {
		previous = api + "/attempts/" + itoa(r.attempt-1)
	}
	return object{
		"id": r.id, "node_id": nodeID("WorkflowRun", r.id), "name": r.name, "display_title": r.title,
		"path": r.workflow.path, "workflow_id": r.workflow.id, "event": r.event,
		"head_branch": r.branch, "head_sha": r.sha, "head_commit": headCommitJSON(r.repo.commits[r.sha]),
		"run_number": r.number, "run_attempt": r.attempt, "status": r.status, "conclusion": orNull(r.conclusion),
		"check_suite_id": r.suite(), "check_suite_node_id": nodeID("CheckSuite", r.suite()),
		"created_at": stamp(r.created), "updated_at": stamp(r.updated), "run_started_at": stamp(r.started),
		"url": api, "html_url": r.html(), "jobs_url": api + "/jobs", "logs_url": api + "/logs",
		"check_suite_url": r.repo.api() + "/check-suites/" + itoa(r.suite()), "artifacts_url": api + "/artifacts",
		"cancel_url": api + "/cancel", "rerun_url": api + "/rerun", "previous_attempt_url": previous,
		"workflow_url": r.repo.api() + "/actions/workflows/" + itoa(r.workflow.id),
		"actor":        userJSON(r.actor), "triggering_actor": userJSON(cmp.Or(r.starter, r.actor)), "referenced_workflows": []object{},
		"pull_requests": []object{}, "repository": r.repo.written(), "head_repository": r.repo.written(),
	}
}

// shownSteps are none until a runner has taken the job.
func (j *job) shownSteps() []*step {
	if !j.begun() {
		return nil
	}
	return j.steps
}

func (r *run) jobJSON(j *job) object {
	steps := []object{}
	for i, st := range j.shownSteps() {
		steps = append(steps, object{
			"name": st.name, "status": st.status, "conclusion": orNull(st.conclusion), "number": i + 1,
			"started_at": stampOrNull(st.started), "completed_at": stampOrNull(st.ended),
		})
	}
	started := j.started
	if started.IsZero() {
		started = j.created // GitHub always sends a start, for queued jobs too
	}
	o := object{
		"id": j.id, "run_id": r.id, "run_attempt": j.attempt, "run_url": r.api(), "node_id": nodeID("Job", j.id),
		"head_sha": r.sha, "head_branch": r.branch, "workflow_name": r.name, "name": j.name,
		"url": r.repo.api() + "/actions/jobs/" + itoa(j.id), "html_url": r.html() + "/job/" + itoa(j.id),
		"status": j.status, "conclusion": orNull(j.conclusion), "created_at": stamp(j.created),
		"started_at": stamp(started), "completed_at": stampOrNull(j.ended), "steps": steps,
		"check_run_url": r.repo.api() + "/check-runs/" + itoa(j.id), "labels": []string{"ubuntu-latest"},
		"runner_id": nil, "runner_name": nil, "runner_group_id": nil, "runner_group_name": nil,
	}
	if !j.started.IsZero() {
		o["runner_id"], o["runner_name"] = 1, "runner-1"
		o["runner_group_id"], o["runner_group_name"] = 1, "GitHub Actions"
	}
	return o
}
