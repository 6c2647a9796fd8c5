package slacksim

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"regexp"
	"time"
)

// doWait waits until what is looked at matches the pattern.
func (s *Server) doWait(ctx context.Context, d controlRequest) (Done, error) {
	if d.Contains != "" {
		d.Pattern = regexp.QuoteMeta(d.Contains)
	}
	re, err := regexp.Compile(d.Pattern)
	if err != nil {
		return Done{}, fmt.Errorf("the pattern: %w", err)
	}
	ctx, cancel, err := d.deadline(ctx)
	if err != nil {
		return Done{}, err
	}
	defer cancel()
	var shown string
	err = s.Until(ctx, func() bool {
		shown = s.seen(d)
		return re.MatchString(shown) != d.Absent
	})
	return Done{Text: shown}, err
}

// doWaitCount waits until a method was called so often.
func (s *Server) doWaitCount(ctx context.Context, d controlRequest) (Done, error) {
	ctx, cancel, err := d.deadline(ctx)
	if err != nil {
		return Done{}, err
	}
	defer cancel()
	err = s.Until(ctx, func() bool { return s.Count(d.Method) >= d.Count })
	return Done{Count: s.Count(d.Method)}, err
}

// seen is what there is to look at: a channel, as everybody or as one person
// sees it, or a person's modal.
func (s *Server) seen(d controlRequest) string {
	switch {
	case d.Channel == "":
		return s.ModalText(d.User)
	case d.User == "":
		return s.Transcript(d.Channel)
	default:
		return s.TranscriptFor(d.Channel, d.User)
	}
}

func (d controlRequest) deadline(ctx context.Context) (context.Context, context.CancelFunc, error) {
	limit, err := time.ParseDuration(cmp.Or(d.Timeout, "10s"))
	if err != nil {
		return nil, nil, fmt.Errorf("the timeout: %w", err)
	}
	ctx, cancel := context.WithTimeout(ctx, limit)
	return ctx, cancel, nil
}

func (s *Server) doFault(f *controlFault) error {
	if f == nil {
		return errors.New("which fault?")
	}
	after, err := time.ParseDuration(cmp.Or(f.RetryAfter, "0s"))
	if err != nil {
		return fmt.Errorf("the fault's retry_after: %w", err)
	}
	delay, err := time.ParseDuration(cmp.Or(f.Delay, "0s"))
	if err != nil {
		return fmt.Errorf("the fault's delay: %w", err)
	}
	f.Fault.RetryAfter, f.Fault.Delay = after, delay
	s.Inject(f.Fault)
	return nil
}
