package main

import (
	"encoding/json"
	"fmt"
	"io"
	"strconv"
	"text/tabwriter"
	"time"

	"github.com/slipwayhq/slipway/bot"
	"github.com/slipwayhq/slipway/bot/health"
)

// reportJSON is a report as other programs read it.
type reportJSON struct {
	Verdict   bot.Verdict   `json:"verdict"`
	DecidedAt string        `json:"decided_at"`
	Probes    []findingJSON `json:"probes"`
}

type findingJSON struct {
	Name      string         `json:"name"`
	Verdict   bot.Verdict    `json:"verdict"`
	DecidedAt string         `json:"decided_at"`
	Why       string         `json:"why"`
	Sees      string         `json:"could_have_seen,omitempty"`
	Kind      bot.SampleKind `json:"kind,omitempty"`
	Before    sideJSON       `json:"before"`
	After     sideJSON       `json:"after"`
	Change    *float64       `json:"change,omitempty"` // after over before
	Chance    float64        `json:"chance"`           // of as much, if nothing had changed
}

// sideJSON leaves out what the kind of the readings does not have.
type sideJSON struct {
	Readings int      `json:"readings"`
	Missing  int      `json:"missing"`
	Median   *float64 `json:"median,omitempty"`
	Low      *float64 `json:"low,omitempty"`
	High     *float64 `json:"high,omitempty"`
	Bad      *float64 `json:"bad,omitempty"`
	Total    *float64 `json:"total,omitempty"`
	Share    *float64 `json:"share,omitempty"`
}

func reportOf(report health.Report) reportJSON {
	made := reportJSON{Verdict: report.Verdict, DecidedAt: moment(report.At), Probes: []findingJSON{}}
	for _, f := range report.Findings {
		probe := findingJSON{
			Name: f.Name, Verdict: f.Verdict, DecidedAt: moment(f.At), Why: f.Why, Sees: f.Sees, Kind: f.Kind,
			Before: sideOfJSON(f.Kind, f.Before), After: sideOfJSON(f.Kind, f.After), Chance: f.Chance,
		}
		if f.Change != 0 {
			probe.Change = &f.Change
		}
		made.Probes = append(made.Probes, probe)
	}
	return made
}

func printJSON(w io.Writer, made any) error {
	text, err := json.Marshal(made)
	if err != nil {
		return fmt.Errorf("write the report: %w", err)
	}
	_, err = fmt.Fprintf(w, "%s\n", text)
	return err
}

func moment(at time.Time) string { return at.UTC().Format(time.RFC3339Nano) }

func sideOfJSON(kind bot.SampleKind, side health.Side) sideJSON {
	made := sideJSON{Readings: side.Readings, Missing: side.Missing}
	if side.Readings == 0 {
		return made
	}
	if kind != bot.Values {
		made.Bad, made.Total = &side.Bad, &side.Total
		if side.Total > 0 {
			share := side.Bad / side.Total
			made.Share = &share
		}
	}
	if kind != bot.Counts {
		made.Median, made.Low, made.High = &side.Median, &side.Low, &side.High
	}
	return made
}

// printReport writes a report for people.
func printReport(w io.Writer, report health.Report, deployed time.Time) error {
	fmt.Fprintf(w, "%s, %s after the release (%s)\n\n", report.Verdict, bot.Span(report.At.Sub(deployed)), moment(report.At))
	table := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintln(table, "PROBE\tVERDICT\tSAID AFTER\tBEFORE\tAFTER\tBY CHANCE\tWHY")
	for _, f := range report.Findings {
		why := f.Why
		if f.Sees != "" && f.Verdict != bot.NotHealthy {
			why += "; " + f.Sees
		}
		fmt.Fprintf(table, "%s\t%s\t%s\t%s\t%s\t%s\t%s\n", printable(f.Name), f.Verdict, bot.Span(f.At.Sub(deployed)),
			sideWords(f.Kind, f.Before), sideWords(f.Kind, f.After), chanceWords(f.Chance), why)
	}
	return table.Flush()
}

// sideWords is what a side of the table shows in short.
func sideWords(kind bot.SampleKind, side health.Side) string {
	if side.Readings == 0 || kind != bot.Values && side.Total == 0 {
		return "none"
	}
	if kind == bot.Values {
		return "median " + bot.Figure(side.Median) + " of " + strconv.Itoa(side.Readings)
	}
	return bot.Figure(100*side.Bad/side.Total) + "% of " + bot.Figure(side.Total)
}

func chanceWords(chance float64) string {
	switch {
	case chance < 0.0001:
		return "< 0.01%"
	case chance >= 1:
		return "any"
	}
	return bot.Figure(100*chance) + "%"
}
