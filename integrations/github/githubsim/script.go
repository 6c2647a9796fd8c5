package githubsim

import (
	"cmp"
	"errors"
	"path"
	"time"
)

// Script plays the runs of a workflow on a schedule: jobs one after another,
// steps one after another. A failed job has the rest skipped and the run fail.
type Script struct {
	// Queue is how long a run waits before it starts.
	Queue Duration    `json:"queue,omitempty"`
	Jobs  []JobScript `json:"jobs"`
}

// JobScript is one job of a script.
type JobScript struct {
	Name        string       `json:"name"`
	Environment string       `json:"environment,omitempty"`
	Steps       []StepScript `json:"steps,omitempty"`
	// Conclusion, if empty, follows from the steps.
	Conclusion string `json:"conclusion,omitempty"`
}

// StepScript is one step of a job; an empty Conclusion is success.
type StepScript struct {
	Name       string   `json:"name"`
	Takes      Duration `json:"takes,omitempty"`
	Conclusion string   `json:"conclusion,omitempty"`
}

func (sc Script) plans() []jobPlan {
	plans := make([]jobPlan, len(sc.Jobs))
	for i, j := range sc.Jobs {
		plans[i].name, plans[i].environment = j.Name, j.Environment
		for _, st := range j.Steps {
			plans[i].steps = append(plans[i].steps, st.Name)
		}
	}
	return plans
}

// conclusion gives how the job ends and which step, if any, fails.
func (j JobScript) conclusion() (result, failedStep string) {
	for _, st := range j.Steps {
		if cmp.Or(st.Conclusion, "success") != "success" {
			return cmp.Or(j.Conclusion, st.Conclusion), st.Name
		}
	}
	return cmp.Or(j.Conclusion, "success"), ""
}

func (r *repository) scriptOf(w *workflow) Script { return r.scripts[path.Base(w.path)] }

// playScript starts the script of a run's workflow, if it has one.
func (s *Server) playScript(r *run) {
	script := r.repo.scriptOf(r.workflow)
	if len(script.Jobs) == 0 {
		return
	}
	p := player{s, r.id, r.attempt}
	s.work.Go(func() { p.play(script) })
}

// player plays one attempt of one run. It stops quietly when the run was
// completed by someone else or the server closes.
type player struct {
	s       *Server
	run     int64
	attempt int
}

func (p player) play(sc Script) {
	if !p.wait(sc.Queue) || p.s.StartRun(p.run) != nil {
		return
	}
	outcome := "success"
	for _, j := range sc.Jobs {
		if outcome != "success" {
			if p.s.FinishJob(p.run, j.Name, "skipped", "") != nil {
				return
			}
			continue
		}
		result, ok := p.playJob(j)
		if !ok {
			return
		}
		if result != "skipped" && result != "neutral" {
			outcome = result
		}
	}
	_ = p.s.FinishRun(p.run, outcome) // completed by someone else: nothing left to do
}

func (p player) playJob(j JobScript) (result string, alive bool) {
	result, failedStep := j.conclusion()
	if !p.startJob(j.Name) {
		return "", false
	}
	for i, st := range j.Steps {
		p.markStep(j.Name, i, "in_progress")
		if !p.wait(st.Takes) {
			return "", false
		}
		if st.Name == failedStep {
			break
		}
		p.markStep(j.Name, i, completed)
	}
	return result, p.s.FinishJob(p.run, j.Name, result, failedStep) == nil
}

// startJob begins a job, when the rules of its environment let it.
func (p player) startJob(name string) bool {
	for {
		err := p.s.StartJob(p.run, name)
		if !errors.Is(err, errHeld) {
			return err == nil
		}
		if !p.wait(Duration(heldLook)) {
			return false
		}
	}
}

// heldLook is how often a script looks whether a job is held no longer.
const heldLook = 10 * time.Millisecond

// markStep moves a step of the running job. Steps send no webhooks.
func (p player) markStep(name string, index int, status string) {
	p.s.mu.Lock()
	defer p.s.mu.Unlock()
	_, j, err := p.s.openJob(p.run, name)
	if err != nil || index >= len(j.steps) {
		return
	}
	if status == completed {
		j.steps[index].finish("success", p.s.now())
		return
	}
	j.steps[index].status, j.steps[index].started = status, p.s.now()
}

// wait lets a scripted time pass, at the server's speed, and tells whether the
// attempt is still the one to play.
func (p player) wait(d Duration) bool {
	p.s.mu.Lock()
	speed := p.s.speed
	p.s.mu.Unlock()
	if !p.s.pause(time.Duration(float64(d) / speed)) {
		return false
	}
	p.s.mu.Lock()
	defer p.s.mu.Unlock()
	r, err := p.s.running(p.run)
	return err == nil && r.attempt == p.attempt
}
