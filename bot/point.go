package bot

import (
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"time"
)

// Point is something in the readiness report that must be acknowledged before anybody
// can approve.
type Point struct {
	ID   string // lowercase hex digits, always the same for the same finding
	Says string
	By   Person // who acknowledged it; zero: nobody yet
}

// Acknowledged says whether somebody acknowledged it.
func (p Point) Acknowledged() bool { return p.By.ID != "" }

// Acknowledgement is an approver's statement that a point was taken care of.
type Acknowledgement struct {
	Point string // its ID
	By    Person
	At    time.Time
}

// Points lists all that the target's rule wants acknowledged, including what could not
// be examined, which may hide such a point.
func (r Release) Points() []Point {
	if r.Plan == nil || !r.Plan.Settings.Approvals.Asked() || len(r.Plan.Settings.Approvals.Confirm) == 0 {
		return nil
	}
	var points []Point
	for _, f := range r.Plan.Readiness.Findings {
		if f.Weight != WeightNote && slices.Contains(r.Plan.Settings.Approvals.Confirm, f.Kind) {
			points = append(points, r.point(string(f.Kind), f.Says))
		}
	}
	for _, unread := range r.Plan.Readiness.Unread {
		points = append(points, r.point("unread", unread))
	}
	return points
}

func (r Release) point(kind, says string) Point {
	sum := sha256.Sum256([]byte(kind + "\n" + says))
	p := Point{ID: hex.EncodeToString(sum[:6]), Says: says}
	if i := slices.IndexFunc(r.Acknowledged, func(s Acknowledgement) bool { return s.Point == p.ID }); i >= 0 {
		p.By = r.Acknowledged[i].By
	}
	return p
}

// OpenPoints lists those that nobody has acknowledged.
func (r Release) OpenPoints() []Point {
	return slices.DeleteFunc(r.Points(), Point.Acknowledged)
}
