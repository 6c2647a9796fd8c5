package main

import (
	"context"
	"fmt"
	"regexp"
	"strings"

	"github.com/rogpeppe/go-internal/testscript"
)

// formWords are those about what people do in a form before they send it:
//
//	choose WHO FIELD=VALUE          somebody chooses in a menu of the form that they have open
//	offers WHO FIELD TYPED TEXT     the menu offers TEXT to somebody who types TYPED
//	form WHO TEXT                   the form shows TEXT
func formWords() map[string]storyCommand {
	return map[string]storyCommand{"choose": storyChoose, "offers": storyOffers, "form": storyForm}
}

func storyChoose(r *rig, _ *testscript.TestScript, args []string) error {
	field, value, _ := strings.Cut(args[1], "=")
	if err := r.linked(); err != nil {
		return err
	}
	return eventually(func() error {
		d, err := r.slack.Choose(context.Background(), players()[args[0]], field, value)
		if err == nil && d.Attempts > 0 && !d.Good() {
			err = fmt.Errorf("it was not taken: %s", d)
		}
		return err
	})
}

func storyOffers(r *rig, _ *testscript.TestScript, args []string) error {
	wanted, err := regexp.Compile(args[3])
	if err != nil {
		return err
	}
	return eventually(func() error {
		_, d, err := r.slack.Suggest(context.Background(), players()[args[0]], args[1], args[2])
		if err == nil && !wanted.MatchString(d.Shown) {
			err = fmt.Errorf("it offers no %q, but\n%s (%s)", args[3], d.Shown, d)
		}
		return err
	})
}

func storyForm(r *rig, _ *testscript.TestScript, args []string) error {
	wanted, err := regexp.Compile(args[1])
	if err != nil {
		return err
	}
	return r.seen(func() error {
		if shown := r.slack.ModalText(players()[args[0]]); !wanted.MatchString(shown) {
			return fmt.Errorf("the form does not show %q, but\n%s", args[1], shown)
		}
		return nil
	})
}
