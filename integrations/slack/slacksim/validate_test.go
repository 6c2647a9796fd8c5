package slacksim_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/slipwayhq/slipway/integrations/slack/slacksim"
)

func repeat(s string, n int) string { return strings.TrimSuffix(strings.Repeat(s+",", n), ",") }

func long(n int) string { return strings.Repeat("é", n) }

// plain and mrkdwn are text objects.
func plain(text string) string  { return fmt.Sprintf(`{"type":"plain_text","text":%q}`, text) }
func mrkdwn(text string) string { return fmt.Sprintf(`{"type":"mrkdwn","text":%q}`, text) }

func button(rest string) string {
	return `{"type":"button","text":{"type":"plain_text","text":"Go"}` + rest + `}`
}

func actions(elements string) string { return `[{"type":"actions","elements":[` + elements + `]}]` }

func input(element string) string {
	return `[{"type":"input","label":` + plain("L") + `,"element":` + element + `}]`
}

func chart(body string) string {
	return `[{"type":"data_visualization","title":"p95","chart":` + body + `}]`
}

type validation struct {
	name    string
	surface slacksim.Surface // a message, if left out
	blocks  string
	want    []string // "pointer message"; none: Slack takes it
}

func TestValidate(t *testing.T) {
	t.Parallel()
	for _, tests := range [][]validation{textCases(), elementCases(), dataCases()} {
		for _, tt := range tests {
			t.Run(tt.name, func(t *testing.T) {
				t.Parallel()
				if tt.surface == "" {
					tt.surface = slacksim.SurfaceMessage
				}
				var got []string
				for _, v := range slacksim.Validate(json.RawMessage(tt.blocks), tt.surface) {
					got = append(got, v.Pointer+" "+v.Message)
				}
				if diff := cmp.Diff(tt.want, got); diff != "" {
					t.Errorf("violations (-want +got):\n%s", diff)
				}
			})
		}
	}
}

func textCases() []validation {
	section := func(text string) string { return `[{"type":"section","text":` + text + `}]` }
	return []validation{
		{"nothing", "", `[]`, nil},
		{"not a list", "", `{"type":"divider"}`, []string{"/blocks must be an array"}},
		{"not JSON", "", `[`, []string{"/blocks must be valid JSON"}},
		{"not an object", "", `["divider"]`, []string{"/blocks/0 must be an object"}},
		{"50 blocks", "", `[` + repeat(`{"type":"divider"}`, 50) + `]`, nil},
		{"51 blocks", "", `[` + repeat(`{"type":"divider"}`, 51) + `]`, []string{"/blocks no more than 50 items allowed"}},
		{"100 blocks in a modal", slacksim.SurfaceModal, `[` + repeat(`{"type":"divider"}`, 100) + `]`, nil},
		{"101 blocks in a modal", slacksim.SurfaceModal, `[` + repeat(`{"type":"divider"}`, 101) + `]`, []string{"/view/blocks no more than 100 items allowed"}},
		{"no type", "", `[{}]`, []string{"/blocks/0 missing required field: type"}},
		{"unknown type", "", `[{"type":"hologram"}]`, []string{"/blocks/0/type unsupported type: hologram"}},
		{"unknown key", "", `[{"type":"divider","colour":"red"}]`, []string{"/blocks/0 invalid additional property: colour"}},
		{"block_id twice", "", `[{"type":"divider","block_id":"a"},{"type":"divider","block_id":"a"}]`, []string{"/blocks/1/block_id block_id already exists: a"}},
		{"block_id too long", "", `[{"type":"divider","block_id":"` + long(256) + `"}]`, []string{"/blocks/0/block_id must be less than 256 characters"}},
		{"header 150", "", `[{"type":"header","text":` + plain(long(150)) + `}]`, nil},
		{"header 151", "", `[{"type":"header","text":` + plain(long(151)) + `}]`, []string{"/blocks/0/text/text must be less than 151 characters"}},
		{"header in mrkdwn", "", `[{"type":"header","text":` + mrkdwn("x") + `}]`, []string{"/blocks/0/text/type must be plain_text"}},
		{"header of level 5", "", `[{"type":"header","level":5,"text":` + plain("x") + `}]`, []string{"/blocks/0/level must be an integer from 1 to 4"}},
		{"header without text", "", `[{"type":"header"}]`, []string{"/blocks/0 missing required field: text"}},
		{"section 3000", "", section(mrkdwn(long(3000))), nil},
		{"section 3001", "", section(mrkdwn(long(3001))), []string{"/blocks/0/text/text must be less than 3001 characters"}},
		{"section empty", "", section(mrkdwn("")), []string{"/blocks/0/text/text must be more than 0 characters"}},
		{"section without anything", "", `[{"type":"section"}]`, []string{"/blocks/0 missing required field: text"}},
		{"text of no type", "", section(`{"text":"x"}`), []string{
			"/blocks/0/text missing required field: type", "/blocks/0/text/type unsupported type: ",
		}},
		{"text is a string", "", section(`"x"`), []string{"/blocks/0/text must be an object"}},
		{"emoji in mrkdwn", "", section(`{"type":"mrkdwn","text":"x","emoji":true}`), []string{"/blocks/0/text invalid additional property: emoji"}},
		{"verbatim in plain text", "", section(`{"type":"plain_text","text":"x","verbatim":true}`), []string{"/blocks/0/text invalid additional property: verbatim"}},
		{"10 fields", "", `[{"type":"section","fields":[` + repeat(mrkdwn("x"), 10) + `]}]`, nil},
		{"11 fields", "", `[{"type":"section","fields":[` + repeat(mrkdwn("x"), 11) + `]}]`, []string{"/blocks/0/fields no more than 10 items allowed"}},
		{"field 2001", "", `[{"type":"section","fields":[` + mrkdwn(long(2001)) + `]}]`, []string{"/blocks/0/fields/0/text must be less than 2001 characters"}},
		{"context 10", "", `[{"type":"context","elements":[` + repeat(mrkdwn("x"), 10) + `]}]`, nil},
		{"context 11", "", `[{"type":"context","elements":[` + repeat(mrkdwn("x"), 11) + `]}]`, []string{"/blocks/0/elements no more than 10 items allowed"}},
		{"context with picture", "", `[{"type":"context","elements":[{"type":"image","image_url":"https://x","alt_text":"x"}]}]`, nil},
		{"image without alt_text", "", `[{"type":"image","image_url":"https://x"}]`, []string{"/blocks/0 missing required field: alt_text"}},
		{"image without picture", "", `[{"type":"image","alt_text":"x"}]`, []string{"/blocks/0 must have exactly one of image_url and slack_file"}},
		{"image alt_text 2001", "", `[{"type":"image","image_url":"https://x","alt_text":"` + long(2001) + `"}]`, []string{"/blocks/0/alt_text must be less than 2001 characters"}},
		{"markdown 12000 together", "", `[{"type":"markdown","text":"` + long(6000) + `"},{"type":"markdown","text":"` + long(6000) + `"}]`, nil},
		{"markdown 12001 together", "", `[{"type":"markdown","text":"` + long(6000) + `"},{"type":"markdown","text":"` + long(6001) + `"}]`, []string{"/blocks/1/text must be less than 12001 characters in all markdown blocks together"}},
		{"markdown in a modal", slacksim.SurfaceModal, `[{"type":"markdown","text":"x"}]`, []string{"/view/blocks/0/type unsupported type: markdown"}},
		{"alert in a modal", slacksim.SurfaceModal, `[{"type":"alert","level":"warning","text":` + mrkdwn("x") + `}]`, nil},
		{"alert in a message", "", `[{"type":"alert","text":` + mrkdwn("x") + `}]`, []string{"/blocks/0/type unsupported type: alert"}},
		{"rich text", "", `[{"type":"rich_text","elements":[{"type":"rich_text_list","style":"bullet","elements":[{"type":"rich_text_section","elements":[{"type":"text","text":"x"},{"type":"user","user_id":"U1"}]}]}]}]`, nil},
		{"rich text of unknown kind", "", `[{"type":"rich_text","elements":[{"type":"rich_text_section","elements":[{"type":"song"}]},{"type":"poem"}]}]`, []string{
			"/blocks/0/elements/0/elements/0/type unsupported type: song", "/blocks/0/elements/1/type unsupported type: poem",
		}},
	}
}

func elementCases() []validation {
	option := func(text, value string) string { return `{"text":` + plain(text) + `,"value":"` + value + `"}` }
	menu := func(body string) string { return actions(`{"type":"static_select"` + body + `}`) }
	return []validation{
		{"25 buttons", "", actions(repeat(button(""), 25)), nil},
		{"26 buttons", "", actions(repeat(button(""), 26)), []string{"/blocks/0/elements no more than 25 items allowed"}},
		{"no buttons", "", actions(""), []string{"/blocks/0/elements no fewer than 1 items allowed"}},
		{"action_id twice in a block", "", actions(button(`,"action_id":"a"`) + "," + button(`,"action_id":"a"`)), []string{"/blocks/0/elements/1/action_id action_id already exists: a"}},
		{"action_id 256", "", actions(button(`,"action_id":"` + long(256) + `"`)), []string{"/blocks/0/elements/0/action_id must be less than 256 characters"}},
		{"button text 76", "", actions(`{"type":"button","text":` + plain(long(76)) + `}`), []string{"/blocks/0/elements/0/text/text must be less than 76 characters"}},
		{"button without text", "", actions(`{"type":"button"}`), []string{"/blocks/0/elements/0 missing required field: text"}},
		{"button value 2001", "", actions(button(`,"value":"` + long(2001) + `"`)), []string{"/blocks/0/elements/0/value must be less than 2001 characters"}},
		{"button url 3001", "", actions(button(`,"url":"` + long(3001) + `"`)), []string{"/blocks/0/elements/0/url must be less than 3001 characters"}},
		{"button style", "", actions(button(`,"style":"warning"`)), []string{"/blocks/0/elements/0/style must be a valid enum value"}},
		{"button key", "", actions(button(`,"colour":"red"`)), []string{"/blocks/0/elements/0 invalid additional property: colour"}},
		{"unknown element", "", actions(`{"type":"lever"}`), []string{"/blocks/0/elements/0/type unsupported type: lever"}},
		{"text field outside input", "", actions(`{"type":"plain_text_input"}`), []string{"/blocks/0/elements/0/type unsupported type: plain_text_input"}},
		{"confirm", "", actions(button(`,"confirm":{"title":` + plain("Sure?") + `,"text":` + mrkdwn("x") + `,"confirm":` + plain("Yes") + `,"deny":` + plain("No") + `}`)), nil},
		{"confirm too long", "", actions(button(`,"confirm":{"title":` + plain(long(101)) + `,"text":` + mrkdwn(long(301)) + `,"confirm":` + plain(long(31)) + `,"deny":` + plain("No") + `}`)), []string{
			"/blocks/0/elements/0/confirm/title/text must be less than 101 characters",
			"/blocks/0/elements/0/confirm/text/text must be less than 301 characters",
			"/blocks/0/elements/0/confirm/confirm/text must be less than 31 characters",
		}},
		{"confirm without title", "", actions(button(`,"confirm":{"text":` + plain("x") + `,"confirm":` + plain("x") + `}`)), []string{
			"/blocks/0/elements/0/confirm missing required field: title", "/blocks/0/elements/0/confirm missing required field: deny",
		}},
		{"overflow 6", "", actions(`{"type":"overflow","options":[` + repeat(option("x", "x"), 6) + `]}`), []string{"/blocks/0/elements/0/options no more than 5 items allowed"}},
		{"overflow 1", "", actions(`{"type":"overflow","options":[` + option("x", "x") + `]}`), nil},
		{"select 100", "", menu(`,"options":[` + repeat(option("x", "x"), 100) + `]`), nil},
		{"select 101", "", menu(`,"options":[` + repeat(option("x", "x"), 101) + `]`), []string{"/blocks/0/elements/0/options no more than 100 items allowed"}},
		{"select without options", "", menu(""), []string{"/blocks/0/elements/0 must have exactly one of options and option_groups"}},
		{"option too long", "", menu(`,"options":[` + option(long(76), long(76)) + `]`), []string{
			"/blocks/0/elements/0/options/0/text/text must be less than 76 characters",
			"/blocks/0/elements/0/options/0/value must be less than 76 characters",
		}},
		{"option groups", "", menu(`,"option_groups":[{"label":` + plain("g") + `,"options":[` + option("x", "x") + `]}]`), nil},
		{"placeholder 151", "", menu(`,"placeholder":` + plain(long(151)) + `,"options":[` + option("x", "x") + `]`), []string{"/blocks/0/elements/0/placeholder/text must be less than 151 characters"}},
		{"radio 11", "", actions(`{"type":"radio_buttons","options":[` + repeat(option("x", "x"), 11) + `]}`), []string{"/blocks/0/elements/0/options no more than 10 items allowed"}},
		{"checkbox 11", "", actions(`{"type":"checkboxes","options":[` + repeat(option("x", "x"), 11) + `]}`), []string{"/blocks/0/elements/0/options no more than 10 items allowed"}},
		{"date, users and conversations", "", actions(`{"type":"datepicker"},{"type":"users_select"},{"type":"conversations_select"},{"type":"external_select","min_query_length":1}`), nil},
		{"accessory", "", `[{"type":"section","text":` + mrkdwn("x") + `,"accessory":` + button("") + `}]`, nil},
		{"input", slacksim.SurfaceModal, input(`{"type":"plain_text_input","min_length":1,"max_length":3000,"multiline":true}`), nil},
		{"input too long", slacksim.SurfaceModal, input(`{"type":"plain_text_input","max_length":3001}`), []string{"/view/blocks/0/element/max_length must be an integer from 1 to 3000"}},
		{"input without label", slacksim.SurfaceModal, `[{"type":"input","element":{"type":"plain_text_input"}}]`, []string{"/view/blocks/0 missing required field: label"}},
		{"button in input", slacksim.SurfaceModal, input(button("")), []string{"/view/blocks/0/element/type unsupported type: button"}},
	}
}

func dataCases() []validation {
	row := `[{"type":"raw_text","text":"x"}]`
	bar := func(axis, series string) string {
		return chart(`{"type":"bar","axis_config":{"categories":[` + axis + `]},"series":[` + series + `]}`)
	}
	points := `{"name":"s","data":[{"label":"a","value":1}]}`
	return []validation{
		{"table", "", `[{"type":"table","rows":[` + row + `,[{"type":"rich_text","elements":[]}]],"column_settings":[{"align":"right"}]}]`, nil},
		{"two tables", "", `[` + repeat(`{"type":"table","rows":[`+row+`]}`, 2) + `]`, []string{"/blocks/1 no more than 1 table blocks allowed"}},
		{"table of 101 rows", "", `[{"type":"table","rows":[` + repeat(row, 101) + `]}]`, []string{"/blocks/0/rows no more than 100 items allowed"}},
		{"table of 21 columns", "", `[{"type":"table","rows":[[` + repeat(`{"type":"raw_text","text":"x"}`, 21) + `]]}]`, []string{"/blocks/0/rows/0 no more than 20 items allowed"}},
		{"table of 10,001 characters", "", `[{"type":"table","rows":[` + repeat(`[{"type":"raw_text","text":"`+strings.Repeat("é", 100)+`"}]`, 99) + `,[{"type":"raw_text","text":"` + strings.Repeat("x", 101) + `"}]]}]`, []string{"/blocks/0/rows no more than 10000 characters allowed in all cells together"}},
		{"table with unknown cell", "", `[{"type":"table","rows":[[{"type":"formula"}]]}]`, []string{"/blocks/0/rows/0/0/type unsupported type: formula"}},
		{"data table", "", `[{"type":"data_table","caption":"c","page_size":5,"rows":[[{"type":"raw_number","value":1},{"type":"action","element":` + button("") + `}]]}]`, nil},
		{"data table page", "", `[{"type":"data_table","caption":"c","page_size":101,"rows":[` + row + `]}]`, []string{"/blocks/0/page_size must be an integer from 1 to 100"}},
		{"pie", "", chart(`{"type":"pie","segments":[{"label":"ok","value":1}]}`), nil},
		{"pie with 7 segments", "", chart(`{"type":"pie","segments":[` + repeat(`{"label":"ok","value":1}`, 7) + `]}`), []string{"/blocks/0/chart/segments no more than 6 items allowed"}},
		{"pie with nothing", "", chart(`{"type":"pie","segments":[{"label":"ok","value":0}]}`), []string{"/blocks/0/chart/segments/0/value must be greater than 0"}},
		{"bar", "", bar(`"a"`, points), nil},
		{"series twice", "", bar(`"a"`, points+","+points), []string{"/blocks/0/chart/series/1/name must be unique: s"}},
		{"7 series", "", bar(`"a"`, `{"name":"0","data":[{"label":"a","value":1}]},`+strings.Replace(repeat(points, 1), `"s"`, `"1"`, 1)+`,`+
			strings.Replace(points, `"s"`, `"2"`, 1)+`,`+strings.Replace(points, `"s"`, `"3"`, 1)+`,`+strings.Replace(points, `"s"`, `"4"`, 1)+`,`+
			strings.Replace(points, `"s"`, `"5"`, 1)+`,`+strings.Replace(points, `"s"`, `"6"`, 1)), []string{"/blocks/0/chart/series no more than 6 items allowed"}},
		{"point outside of the axis", "", bar(`"b"`, points), []string{"/blocks/0/chart/series/0/data/0/label must be one of axis_config.categories, once: a"}},
		{"point missing", "", bar(`"a","b"`, points), []string{"/blocks/0/chart/series/0/data must have exactly one point for every category"}},
		{"title 51", "", `[{"type":"data_visualization","title":"` + long(51) + `","chart":{"type":"pie","segments":[{"label":"ok","value":1}]}}]`, []string{"/blocks/0/title must be less than 51 characters"}},
		{"unknown chart", "", chart(`{"type":"radar"}`), []string{"/blocks/0/chart/type unsupported type: radar"}},
		{"three charts", "", `[` + repeat(strings.Trim(chart(`{"type":"pie","segments":[{"label":"ok","value":1}]}`), "[]"), 3) + `]`, []string{"/blocks/2 no more than 2 data_visualization blocks allowed"}},
	}
}

func TestValidateView(t *testing.T) {
	t.Parallel()
	modal := func(rest string) string { return `{"type":"modal","title":` + plain("T") + `,"blocks":[]` + rest + `}` }
	tests := []struct {
		name, view string
		want       []string
	}{
		{"modal", modal(`,"submit":` + plain("Go") + `,"close":` + plain("No") + `,"private_metadata":"x"`), nil},
		{"home", `{"type":"home","blocks":[]}`, nil},
		{"not an object", `[]`, []string{"/view must be an object"}},
		{"unknown type", `{"type":"wall"}`, []string{"/view/type unsupported type: wall"}},
		{"no title", `{"type":"modal","blocks":[]}`, []string{"/view missing required field: title"}},
		{"title 25", `{"type":"modal","blocks":[],"title":` + plain(long(25)) + `}`, []string{"/view/title/text must be less than 25 characters"}},
		{"submit 25", modal(`,"submit":` + plain(long(25))), []string{"/view/submit/text must be less than 25 characters"}},
		{"private_metadata 3001", modal(`,"private_metadata":"` + long(3001) + `"`), []string{"/view/private_metadata must be less than 3001 characters"}},
		{"callback_id 256", modal(`,"callback_id":"` + long(256) + `"`), []string{"/view/callback_id must be less than 256 characters"}},
		{"unknown key", modal(`,"size":"big"`), []string{"/view invalid additional property: size"}},
		{
			"input without submit",
			`{"type":"modal","title":` + plain("T") + `,"blocks":` + input(`{"type":"plain_text_input"}`) + `}`,
			[]string{"/view missing required field: submit"},
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			var got []string
			for _, v := range slacksim.ValidateView(json.RawMessage(tt.view)) {
				got = append(got, v.Pointer+" "+v.Message)
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("violations (-want +got):\n%s", diff)
			}
		})
	}
}
