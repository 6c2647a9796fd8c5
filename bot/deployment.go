package bot

import "time"

// ForeignDeployment is a deployment that the code host keeps and that slipway did not make.
type ForeignDeployment struct {
	ID          int64
	Repo        string
	Environment string // as whoever made it calls it
	SHA         string
	By          string // the account that made it
	// ByRun says that a workflow run made it, for a job with an environment or in one of
	// its steps.
	ByRun         bool
	At, UpdatedAt time.Time
}

// DeploymentCourse is how far a deployment has come.
type DeploymentCourse struct {
	State DeploymentState // none: whoever made it has not said yet that anything is done
	At    time.Time       // since when
	URL   string          // where its log is; may be empty
	Run   int64           // the workflow run that says so; 0: none, or it does not tell
}

// Over is when what was done was over, well or not; zero: it goes on.
func (c DeploymentCourse) Over() time.Time {
	if c.State == DeploymentRunning {
		return time.Time{}
	}
	return c.At
}
