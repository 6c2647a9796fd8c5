package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"image/png"
	"regexp"

	"github.com/rogpeppe/go-internal/testscript"

	"github.com/slipwayhq/slipway/integrations/slack/slacksim"
)

// picture is one in a message.
type picture struct {
	Type  string `json:"type"`
	Alt   string `json:"alt_text"`
	Title struct {
		Text string `json:"text"`
	} `json:"title"`
	File struct {
		ID string `json:"id"`
	} `json:"slack_file"`
}

func storyPictures(r *rig, _ *testscript.TestScript, args []string) error {
	return r.seen(func() error {
		found := 0
		for _, m := range r.slack.Messages("C0DEPLOYS") {
			var all []picture
			if raw := m.Current().Blocks; raw == nil || json.Unmarshal(raw, &all) != nil {
				continue
			}
			for _, p := range all {
				if p.Type != "image" {
					continue
				}
				found++
				if err := r.pictured(m, p); err != nil {
					return &overError{err}
				}
			}
		}
		if found != count(args, 0) {
			return fmt.Errorf("there are %d pictures", found)
		}
		return nil
	})
}

// pictured says whether a picture can be seen, and is said to show what a line of text in
// its thread does.
func (r *rig) pictured(m slacksim.Message, p picture) error {
	file, _ := r.slack.File(p.File.ID)
	if _, err := png.Decode(bytes.NewReader(file.Data)); err != nil {
		return fmt.Errorf("the picture %q: %w", p.Title.Text, err)
	}
	said := regexp.MustCompile(`lowest (\S+), highest (\S+?)[.] `).FindAllStringSubmatch(p.Alt+" ", -1)
	if len(said) != 2 {
		return fmt.Errorf("the picture is said to be %q", p.Alt)
	}
	line := regexp.MustCompile(regexp.QuoteMeta(p.Title.Text) + `: .*, from (\S+) to (\S+)\)`)
	for _, of := range r.slack.Messages("C0DEPLOYS") {
		told := line.FindStringSubmatch(rendered(of))
		if told == nil || of.ThreadTS != m.ThreadTS {
			continue
		}
		for i := 1; i <= 2; i++ { // the lowest of both sides, then the highest
			if told[i] != said[0][i] && told[i] != said[1][i] {
				return fmt.Errorf("the picture is said to be %q, and the line of text is %q", p.Alt, told[0])
			}
		}
		return nil
	}
	return fmt.Errorf("no line of text in its thread says what the picture %q does", p.Title.Text)
}
