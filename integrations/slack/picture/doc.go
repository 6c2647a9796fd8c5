// Package picture draws a chart as a PNG, for a workspace of Slack that does not take
// charts as blocks.
//
// The picture shows what the block would: the course of a probe in its steps, before and
// after the release, with the moment of the deploy as a line between the two, the bounds
// that slipway.yaml sets, and axes with their units. It has a background of its own, so
// that it reads alike on light and dark themes, and letters large enough for the width at
// which Slack shows it. The same chart gives the same pixels, always.
//
// What it does not do: decide what is shown, which package blocks does, or send anything.
// Text that somebody chose is only drawn where the font has its letters.
package picture
