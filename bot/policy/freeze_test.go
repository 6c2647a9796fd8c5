package policy_test

import (
	"slices"
	"testing"
	"time"
	_ "time/tzdata"

	"github.com/slipwayhq/slipway/bot"
	"github.com/slipwayhq/slipway/bot/policy"
)

func hours(h, m int) time.Duration {
	return time.Duration(h)*time.Hour + time.Duration(m)*time.Minute
}

func weekly(zone string, from, to time.Duration, days ...time.Weekday) bot.FreezeWindow {
	return bot.FreezeWindow{Days: days, From: from, To: to, Zone: zone, Reason: "no"}
}

// TestClosed goes through windows around both changes of clocks in both zones.
// Moments are given in UTC, so that nothing in them is ambiguous.
func TestClosed(t *testing.T) {
	t.Parallel()
	const berlin, newYork = "Europe/Berlin", "America/New_York"
	everyDay := []time.Weekday{0, 1, 2, 3, 4, 5, 6}
	evening := weekly(berlin, hours(16, 0), hours(24, 0), time.Friday)
	night := weekly(berlin, hours(22, 0), hours(6, 0), time.Saturday)
	nightNY := weekly(newYork, hours(22, 0), hours(6, 0), time.Saturday)
	gap := weekly(berlin, hours(2, 0), hours(3, 0), time.Sunday)
	gapNY := weekly(newYork, hours(2, 0), hours(3, 0), time.Sunday)
	half := weekly(berlin, hours(1, 0), hours(2, 30), time.Sunday)
	halfNY := weekly(newYork, hours(0, 30), hours(1, 30), time.Sunday)
	before := weekly(berlin, hours(1, 0), hours(2, 0), time.Sunday)
	weekend := weekly(berlin, 0, hours(24, 0), time.Saturday, time.Sunday)
	holidays := bot.FreezeWindow{First: "2026-12-20", Last: "2027-01-03", To: hours(24, 0), Zone: berlin, Reason: "holidays"}
	dst := bot.FreezeWindow{First: "2026-03-28", Last: "2026-03-30", From: hours(12, 0), To: hours(12, 0), Zone: newYork, Reason: "fair"}
	tests := []struct {
		name, now, until string // until empty: open; "never": closed for good
		windows          []bot.FreezeWindow
	}{
		{"before, in winter", "2026-01-09T14:59:59Z", "", []bot.FreezeWindow{evening}},
		{"begins, in winter", "2026-01-09T15:00:00Z", "2026-01-09T23:00:00Z", []bot.FreezeWindow{evening}},
		{"begins, in summer", "2026-07-10T14:00:00Z", "2026-07-10T22:00:00Z", []bot.FreezeWindow{evening}},
		{"its end is outside", "2026-07-10T22:00:00Z", "", []bot.FreezeWindow{evening}},
		{"another day", "2026-07-09T15:00:00Z", "", []bot.FreezeWindow{evening}},

		{"over midnight, Berlin springs forward", "2026-03-29T00:30:00Z", "2026-03-29T04:00:00Z", []bot.FreezeWindow{night}},
		{"over midnight, Berlin falls back", "2026-10-25T00:30:00Z", "2026-10-25T05:00:00Z", []bot.FreezeWindow{night}},
		{"over midnight, New York springs forward", "2026-03-08T06:30:00Z", "2026-03-08T10:00:00Z", []bot.FreezeWindow{nightNY}},
		{"over midnight, New York falls back", "2026-11-01T05:30:00Z", "2026-11-01T11:00:00Z", []bot.FreezeWindow{nightNY}},
		{"over midnight, the evening before", "2026-01-10T21:00:00Z", "2026-01-11T05:00:00Z", []bot.FreezeWindow{night}},
		{"over midnight, open before", "2026-01-10T20:59:00Z", "", []bot.FreezeWindow{night}},
		{"over midnight, open after", "2026-01-11T05:00:00Z", "", []bot.FreezeWindow{night}},

		{"leapt over in Berlin: never there", "2026-03-29T01:00:00Z", "", []bot.FreezeWindow{gap}},
		{"leapt over in Berlin: nor just before", "2026-03-29T00:59:00Z", "", []bot.FreezeWindow{gap}},
		{"leapt over in New York", "2026-03-08T07:00:00Z", "", []bot.FreezeWindow{gapNY}},
		{"an ordinary Sunday in Berlin", "2026-03-22T01:30:00Z", "2026-03-22T02:00:00Z", []bot.FreezeWindow{gap}},
		{"an hour shown twice in Berlin: the first", "2026-10-25T00:10:00Z", "2026-10-25T02:00:00Z", []bot.FreezeWindow{gap}},
		{"an hour shown twice in Berlin: the second", "2026-10-25T01:50:00Z", "2026-10-25T02:00:00Z", []bot.FreezeWindow{gap}},
		{"ends within the hour shown twice: between", "2026-10-25T00:45:00Z", "2026-10-25T01:30:00Z", []bot.FreezeWindow{half}},
		{"ends within the hour shown twice: after", "2026-10-25T01:30:00Z", "", []bot.FreezeWindow{half}},
		{"ends within the hour shown twice, New York", "2026-11-01T05:45:00Z", "2026-11-01T06:30:00Z", []bot.FreezeWindow{halfNY}},
		{"ends as the hour begins that is shown twice: before", "2026-10-24T23:59:00Z", "2026-10-25T00:00:00Z", []bot.FreezeWindow{before}},
		{"ends as the hour begins that is shown twice: within it", "2026-10-25T00:59:00Z", "", []bot.FreezeWindow{before}},
		{"ends within the gap, Berlin", "2026-03-29T00:30:00Z", "2026-03-29T01:00:00Z", []bot.FreezeWindow{half}},

		{"days that meet are one", "2026-10-24T10:00:00Z", "2026-10-25T23:00:00Z", []bot.FreezeWindow{weekend}},
		{"windows that meet are one", "2026-01-09T16:00:00Z", "2026-01-11T23:00:00Z", []bot.FreezeWindow{evening, weekend}},
		{"one within the other", "2026-01-10T15:00:00Z", "2026-01-11T23:00:00Z", []bot.FreezeWindow{weekend, weekly(berlin, hours(12, 0), hours(17, 0), time.Saturday)}},
		{"all day long, from an hour to the same", "2026-01-10T15:00:00Z", "2026-01-11T08:00:00Z", []bot.FreezeWindow{weekly(berlin, hours(9, 0), hours(9, 0), time.Saturday)}},
		{"all week has no end", "2026-01-09T16:00:00Z", "never", []bot.FreezeWindow{weekly(berlin, 0, hours(24, 0), everyDay...)}},
		{"an unknown zone has no end", "2026-01-09T16:00:00Z", "never", []bot.FreezeWindow{weekly("Mars/Olympus", 0, hours(1, 0), time.Monday)}},

		{"holidays, before", "2026-12-19T22:59:59Z", "", []bot.FreezeWindow{holidays}},
		{"holidays, the first moment", "2026-12-19T23:00:00Z", "2027-01-03T23:00:00Z", []bot.FreezeWindow{holidays}},
		{"holidays, the last day is closed", "2027-01-03T22:59:59Z", "2027-01-03T23:00:00Z", []bot.FreezeWindow{holidays}},
		{"holidays, after", "2027-01-03T23:00:00Z", "", []bot.FreezeWindow{holidays}},
		{"dated with times of day", "2026-03-28T16:00:00Z", "2026-03-30T16:00:00Z", []bot.FreezeWindow{dst}},
		{"dated with times of day, before", "2026-03-28T15:59:00Z", "", []bot.FreezeWindow{dst}},
		{"a date that is none has no end", "2026-01-09T16:00:00Z", "never", []bot.FreezeWindow{{First: "2026-13-40", Last: "2026-01-01", Zone: "UTC"}}},
		{"nor has one whose last is none", "2026-01-09T16:00:00Z", "never", []bot.FreezeWindow{{First: "2027-01-01", Last: "2026-13-41", Zone: "UTC"}}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			now, err := time.Parse(time.RFC3339, tt.now)
			if err != nil {
				t.Fatal(err)
			}
			closed := policy.Closed(tt.windows, now)
			until := ""
			switch {
			case len(closed.Reasons) > 0 && closed.Until.IsZero():
				until = "never"
			case len(closed.Reasons) > 0:
				until = closed.Until.UTC().Format(time.RFC3339)
			}
			if until != tt.until {
				t.Errorf("at %s closed until %q, want %q", tt.now, until, tt.until)
			}
		})
	}
}

// FuzzClosed holds the windows against the clock on the wall: at every moment
// at which the wall shows a time within the window it is closed, what is closed
// opens exactly when it says, and nothing panics. A second computation, which
// knows nothing of offsets and reads the clock minute by minute, must come to the
// same.
func FuzzClosed(f *testing.F) {
	zones := []string{"Europe/Berlin", "America/New_York", "UTC", "Australia/Lord_Howe", "America/Santiago", "Asia/Kathmandu"}
	f.Add(int64(1774746000), uint16(960), uint16(1440), byte(32), byte(0))
	f.Add(int64(1792890000), uint16(120), uint16(180), byte(1), byte(0))
	f.Add(int64(1793510000), uint16(1320), uint16(360), byte(64), byte(1))
	f.Add(int64(1792887000), uint16(120), uint16(180), byte(1), byte(0))   // an hour that Berlin shows twice, the first time
	f.Add(int64(1792889943), uint16(116), uint16(119), byte('c'), byte(0)) // up to 2:00, to which Berlin's clocks are set back
	f.Fuzz(func(t *testing.T, unix int64, from, to uint16, days, zone byte) {
		const begin, length = 1735689600, 3 * 365 * 86400 // 2025 to 2027
		now := time.Unix(begin+((unix-begin)%length+length)%length, 0)
		w := weekly(zones[int(zone)%len(zones)], time.Duration(from%1440)*time.Minute, time.Duration(1+to%1440)*time.Minute)
		for day := range 7 {
			if days&(1<<day) != 0 {
				w.Days = append(w.Days, time.Weekday(day))
			}
		}
		closed := policy.Closed([]bot.FreezeWindow{w}, now)
		isClosed := len(closed.Reasons) > 0
		if slow, until := slowlyClosed(t, w, now); slow != isClosed || slow && !closed.Until.Equal(until) && !until.IsZero() {
			t.Errorf("%v at %s: closed %t until %s, and minute by minute %t until %s", w, now, isClosed, closed.Until, slow, until)
		}
		if onTheWall(t, w, now) && !isClosed {
			t.Errorf("%v: the wall in %s shows %s and it is open", w, w.Zone, now)
		}
		if !isClosed || closed.Until.IsZero() {
			return
		}
		if !closed.Until.After(now) {
			t.Errorf("%v at %s: closed until %s, which is over", w, now, closed.Until)
		}
		if again := policy.Closed([]bot.FreezeWindow{w}, closed.Until); len(again.Reasons) > 0 {
			t.Errorf("%v at %s: still closed at %s", w, now, closed.Until)
		}
		if before := policy.Closed([]bot.FreezeWindow{w}, closed.Until.Add(-time.Nanosecond)); len(before.Reasons) == 0 {
			t.Errorf("%v at %s: open before %s", w, now, closed.Until)
		}
	})
}

// slowlyClosed says whether a weekly window is open at a moment, and when it and
// those that follow it without a gap are over; zero: not within some days.
func slowlyClosed(tb testing.TB, w bot.FreezeWindow, now time.Time) (closed bool, until time.Time) {
	tb.Helper()
	zone, err := time.LoadLocation(w.Zone)
	if err != nil {
		tb.Fatal(err)
	}
	to := w.To
	if to <= w.From {
		to += 24 * time.Hour
	}
	const ahead = 4
	today := now.In(zone)
	until = now
	for day := -3; day <= ahead; day++ {
		midnight := time.Date(today.Year(), today.Month(), today.Day()+day, 0, 0, 0, 0, time.UTC)
		if !slices.Contains(w.Days, midnight.Weekday()) {
			continue
		}
		begins, _ := reading(midnight.Add(w.From), zone)
		_, ends := reading(midnight.Add(to), zone)
		if !begins.After(until) && ends.After(until) {
			closed, until = true, ends
		}
	}
	if until.After(now.Add((ahead - 2) * 24 * time.Hour)) {
		return closed, time.Time{}
	}
	return closed, until
}

// reading reads the clocks of a zone minute by minute around a time that they may
// show, and says when they first show it or a later one, and from when on they
// never show an earlier one.
func reading(wall time.Time, zone *time.Location) (first, last time.Time) {
	for at := wall.Add(-15 * time.Hour); at.Before(wall.Add(13 * time.Hour)); at = at.Add(time.Minute) {
		local := at.In(zone)
		shown := time.Date(local.Year(), local.Month(), local.Day(), local.Hour(), local.Minute(), 0, 0, time.UTC)
		if shown.Before(wall) {
			last = at.Add(time.Minute)
		} else if first.IsZero() {
			first = at
		}
	}
	return first, last
}

func onTheWall(tb testing.TB, w bot.FreezeWindow, now time.Time) bool {
	tb.Helper()
	zone, err := time.LoadLocation(w.Zone)
	if err != nil {
		tb.Fatal(err)
	}
	wall := now.In(zone)
	of := hours(wall.Hour(), wall.Minute())
	yesterday := (wall.Weekday() + 6) % 7
	if w.To > w.From {
		return slices.Contains(w.Days, wall.Weekday()) && of >= w.From && of < w.To
	}
	return slices.Contains(w.Days, wall.Weekday()) && of >= w.From || slices.Contains(w.Days, yesterday) && of < w.To
}

func TestFreeze(t *testing.T) {
	t.Parallel()
	monday := func(change func(*policy.Facts)) func(*policy.Facts) {
		return func(f *policy.Facts) { // it is Monday, 9 o'clock in UTC
			f.Plan.Settings.Rules.Freeze = []bot.FreezeWindow{weekly("Europe/Berlin", hours(8, 0), hours(12, 0), time.Monday)}
			change(f)
		}
	}
	runGate(t, policy.GateFreeze, []gateCase{
		{"closed", monday(func(*policy.Facts) {}), bot.Refuse, []string{"until Mon 2 Mar 2026 12:00 CET", ": no"}},
		{"not today", monday(func(f *policy.Facts) { f.Now = f.Now.Add(24 * time.Hour) }), bot.Pass, nil},
		{"a preview", monday(func(f *policy.Facts) { f.Release.Kind = bot.Preview }), bot.Refuse, nil},
		{"a rollback passes", monday(func(f *policy.Facts) { backTo(f, true) }), bot.Warn, []string{"frozen until"}},
	})
}
