package slack

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/url"
	"sync"
	"time"

	slackgo "github.com/slack-go/slack"

	"github.com/slipwayhq/slipway/bot"
	"github.com/slipwayhq/slipway/bot/guard"
	"github.com/slipwayhq/slipway/integrations/slack/blocks"
	"github.com/slipwayhq/slipway/integrations/slack/picture"
)

// A message whose charts the workspace does not take is posted at once, with a line of
// text in place of each. A message with pictures of them follows into its thread, at most
// once: it is a nicer look at what stands there already, so that it is not worth standing
// there twice. What fails here, or is cut off by the end of the process, leaves the line
// of text, and at most a file that nobody sees.

const (
	// pictureWithin bounds how long it may take until the pictures of a message stand.
	pictureWithin = 40 * time.Second
	// picturesAtOnce is how many messages get their pictures at a time. In a burst the
	// others stay without: what the calls cost would come out of Slack's limits.
	picturesAtOnce = 4
	// refusedFor is how long Slack is not asked again after it took no picture: somebody
	// may grant what was missing meanwhile.
	refusedFor = time.Hour
	// firstLook is how long after an upload the file is first shown, and looks how often
	// that is tried, each time after twice the pause: Slack looks through a file before a
	// block may name it, for about a second (slackapi/python-slack-sdk#1521).
	firstLook = 500 * time.Millisecond
	looks     = 6
)

// gallery knows whether Slack takes pictures, and what is on its way.
type gallery struct {
	room  chan struct{}
	under sync.WaitGroup

	mu     sync.Mutex
	closed time.Time // until when
}

func newGallery() *gallery { return &gallery{room: make(chan struct{}, picturesAtOnce)} }

// enter says whether pictures can be brought now; whoever may calls leave.
func (g *gallery) enter(now time.Time) bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	if now.Before(g.closed) {
		return false
	}
	select {
	case g.room <- struct{}{}:
		return true
	default:
		return false
	}
}

func (g *gallery) leave() { <-g.room }

func (g *gallery) refused(now time.Time) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.closed = now.Add(refusedFor)
}

// illustrate brings the charts of a message that was posted into its thread as pictures,
// if Slack takes them from slipway. Nobody waits for it.
func (s *Sender) illustrate(ctx context.Context, m bot.Message, charts []blocks.Chart) {
	if !s.gallery.enter(time.Now()) {
		return
	}
	m.Key.Kind += "_pictures"
	s.gallery.under.Go(func() {
		defer s.gallery.leave()
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), pictureWithin)
		defer cancel()
		err := guard.Do(func() error {
			files, err := s.upload(ctx, charts)
			if bot.Final(err) {
				s.gallery.refused(time.Now())
			}
			if err != nil {
				return err
			}
			return s.hang(ctx, m, blocks.Pictures(charts, files))
		})
		if err != nil {
			s.logger.WarnContext(ctx, "a chart is shown as a line of text, and not as a picture", slog.String("of", m.Key.Release), slog.Any("error", err), slog.String("stack", guard.Stack(err)))
		}
	})
}

// Close waits for the pictures that are on their way.
func (s *Sender) Close(ctx context.Context) error {
	done := make(chan struct{})
	go func() {
		defer close(done)
		s.gallery.under.Wait()
	}()
	select {
	case <-done:
		return nil
	case <-ctx.Done():
		return fmt.Errorf("wait for pictures: %w", ctx.Err())
	}
}

// upload draws charts and makes a file in Slack of each, which slipway alone sees. Slack
// forgets what is not completed.
func (s *Sender) upload(ctx context.Context, charts []blocks.Chart) (ids []string, err error) {
	files := make([]slackgo.FileSummary, 0, len(charts))
	for _, c := range charts {
		id, err := s.put(ctx, c)
		if err != nil {
			return nil, err
		}
		ids, files = append(ids, id), append(files, slackgo.FileSummary{ID: id, Title: c.Title()})
	}
	return ids, s.call(ctx, methodComplete, "", func() error {
		_, err := s.api.CompleteUploadExternalContext(ctx, slackgo.CompleteUploadExternalParameters{Files: files})
		return err
	})
}

// put gives Slack the bytes of a picture.
func (s *Sender) put(ctx context.Context, c blocks.Chart) (id string, err error) {
	const name = "chart.png"
	drawn, err := picture.Draw(c)
	if err != nil {
		return "", err
	}
	var to *slackgo.GetUploadURLExternalResponse
	err = s.call(ctx, methodAddress, "", func() (err error) {
		to, err = s.api.GetUploadURLExternalContext(ctx, slackgo.GetUploadURLExternalParameters{FileName: name, FileSize: len(drawn)})
		return err
	})
	if err != nil {
		return "", err
	}
	err = s.call(ctx, methodUpload, "", func() error {
		return withoutAddress(s.api.UploadToURL(ctx, slackgo.UploadToURLParameters{UploadURL: to.UploadURL, Reader: bytes.NewReader(drawn), Filename: name}))
	})
	return to.FileID, err
}

// withoutAddress keeps the address that was named to upload to out of an error: whoever
// has it can use it. The library names it where it is not Slack's.
func withoutAddress(err error) error {
	var (
		answered slackgo.StatusCodeError
		limited  *slackgo.RateLimitedError
		lost     *url.Error
	)
	if err == nil || errors.As(err, &answered) || errors.As(err, &limited) || errors.As(err, &lost) {
		return err
	}
	return errors.New("the picture could not be sent to the address that Slack named")
}

// hang posts a message with pictures, as soon as Slack takes them. A refusal is no post,
// so it may be tried again; what may have been posted is not.
func (s *Sender) hang(ctx context.Context, m bot.Message, shown blocks.Message) error {
	if err := blocks.Check(shown.Blocks); err != nil {
		return err
	}
	how := append(options(m, shown), withoutPreviews()...)
	how = append(how, slackgo.MsgOptionTS(m.Thread))
	pause := firstLook
	for try := 1; ; try++ {
		if err := later(ctx, pause); err != nil {
			return err
		}
		err := s.call(ctx, methodPost, m.Channel, func() error {
			_, _, err := s.api.PostMessageContext(ctx, m.Channel, how...)
			return err
		})
		refused := errors.Is(err, errBlocks)
		if refused && try == looks {
			s.gallery.refused(time.Now())
		}
		if again := refused || bot.KindOf(err) == bot.Limited; !again || try == looks {
			return err
		}
		pause *= 2
	}
}

// later waits for a while, or until there is no time left.
func later(ctx context.Context, pause time.Duration) error {
	timer := time.NewTimer(pause)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
