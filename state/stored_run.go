package state

import (
	"reflect"
	"time"

	"github.com/slipwayhq/slipway/bot"
)

type storedRun struct {
	ID         int64          `json:"id,omitempty"`
	URL        string         `json:"url,omitempty"`
	Attempt    int            `json:"attempt,omitempty"`
	Status     bot.RunStatus  `json:"status,omitempty"`
	Conclusion bot.Conclusion `json:"conclusion,omitempty"`
	HeadSHA    string         `json:"head_sha,omitempty"`
	StartedAt  time.Time      `json:"started_at,omitzero"`
	UpdatedAt  time.Time      `json:"updated_at,omitzero"`
	ReadAt     time.Time      `json:"read_at,omitzero"`
	Jobs       []storedJob    `json:"jobs,omitempty"`
	Listed     bool           `json:"listed,omitempty"`
}

type storedWait struct {
	For   bot.RunStatus `json:"for,omitempty"`
	Since time.Time     `json:"since,omitzero"`
	Job   string        `json:"job,omitempty"`
}

type storedJob struct {
	Name        string         `json:"name"`
	Status      bot.RunStatus  `json:"status,omitempty"`
	Conclusion  bot.Conclusion `json:"conclusion,omitempty"`
	FailedStep  string         `json:"failed_step,omitempty"`
	URL         string         `json:"url,omitempty"`
	StartedAt   time.Time      `json:"started_at,omitzero"`
	CompletedAt time.Time      `json:"completed_at,omitzero"`
	NeverBegan  bool           `json:"never_began,omitempty"`
}

// storeRun leaves out a run that nothing is known of.
func storeRun(r bot.Run) *storedRun {
	run := storedRun{
		ID: r.ID, URL: r.URL, Attempt: r.Attempt, Status: r.Status, Conclusion: r.Conclusion, HeadSHA: r.HeadSHA,
		StartedAt: r.StartedAt, UpdatedAt: r.UpdatedAt, ReadAt: r.ReadAt,
		Jobs:   each(r.Jobs, func(j bot.Job) storedJob { return storedJob(j) }),
		Listed: r.Listed,
	}
	if reflect.ValueOf(run).IsZero() {
		return nil
	}
	return &run
}

func loadRun(r *storedRun) bot.Run {
	if r == nil {
		return bot.Run{}
	}
	return bot.Run{
		ID: r.ID, URL: r.URL, Attempt: r.Attempt, Status: r.Status, Conclusion: r.Conclusion, HeadSHA: r.HeadSHA,
		StartedAt: r.StartedAt, UpdatedAt: r.UpdatedAt, ReadAt: r.ReadAt,
		Jobs:   each(r.Jobs, func(j storedJob) bot.Job { return bot.Job(j) }),
		Listed: r.Listed,
	}
}
