package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/slipwayhq/slipway/integrations/slack/slacksim"
)

// TestEveryMessageIsShown draws the golden messages of slipway's, of each layout one, on the page, and
// finds every word that the plain text of it has.
func TestEveryMessageIsShown(t *testing.T) {
	t.Parallel()
	_, address := newPlayed(t)
	b := newBrowser(t, address, "light", 1440, 900)
	golden, err := filepath.Glob("../../integrations/slack/blocks/testdata/*.json")
	if err != nil || len(golden) < 10 {
		t.Fatalf("%d golden messages, %v", len(golden), err)
	}
	for _, file := range golden {
		blocks := blocksOf(t, file)
		shown := js[string](b, `import('/js/blocks.js').then(({blocks}) => {
			const box = document.createElement('div');
			box.append(...blocks(`+string(blocks)+`, () => {}, {prefix: 'gallery'}));
			return (box.querySelector('.b-unknown') ? 'UNKNOWN BLOCK ' : '') + box.textContent;
		})`)
		if strings.Contains(shown, "UNKNOWN BLOCK") {
			t.Errorf("%s holds a block that the page cannot show", filepath.Base(file))
		}
		for _, word := range wordsOf(slacksim.RenderMessage(blocks, "", nameOf)) {
			if !strings.Contains(shown, word) {
				t.Errorf("%s: the page does not show %q", filepath.Base(file), word)
			}
		}
	}
}

// TestEveryBlockIsShown draws what slipway does not send yet, but could.
func TestEveryBlockIsShown(t *testing.T) {
	t.Parallel()
	_, address := newPlayed(t)
	b := newBrowser(t, address, "light", 1440, 900)
	const rich = `{"type":"rich_text","elements":[
		{"type":"rich_text_section","elements":[{"type":"text","text":"bold","style":{"bold":true}},{"type":"user","user_id":"U02BEN"},{"type":"emoji","name":"tada"},{"type":"link","url":"https://example.com/","text":"a link"}]},
		{"type":"rich_text_list","style":"ordered","elements":[{"type":"rich_text_section","elements":[{"type":"text","text":"first"}]}]},
		{"type":"rich_text_quote","elements":[{"type":"text","text":"quoted"}]},
		{"type":"rich_text_preformatted","elements":[{"type":"text","text":"code"}]}]}`
	for name, tt := range map[string]struct {
		block, finds string
		count        int
	}{
		"rich text":       {rich, "strong, .mention, .link, ol li, blockquote, pre", 6},
		"header":          {`{"type":"header","text":{"type":"plain_text","text":"Title"}}`, "h3", 1},
		"fields":          {`{"type":"section","fields":[{"type":"mrkdwn","text":"*A*\n1"},{"type":"mrkdwn","text":"*B*\n2"}]}`, ".b-field strong", 2},
		"foreign picture": {`{"type":"image","image_url":"https://example.com/x.png","alt_text":"a chart"}`, "img", 0},
		"own picture":     {`{"type":"image","image_url":"/icon.svg","alt_text":"the mark"}`, "img", 1},
		"table":           {`{"type":"table","rows":[[{"type":"raw_text","text":"A"}],[{"type":"raw_number","value":1}]]}`, "th, td.to-right", 2},
		"data table":      {`{"type":"data_table","caption":"C","rows":[[{"type":"raw_text","text":"A"}],[{"type":"action","element":{"type":"button","action_id":"a","text":{"type":"plain_text","text":"Go"}}}]]}`, "caption, td button", 2},
		"line":            {`{"type":"data_visualization","title":"T","chart":{"type":"line","series":[{"name":"s","data":[{"label":"a","value":1},{"label":"b","value":2}]}],"axis_config":{"categories":["a","b"]}}}`, "path.line, table td", 5},
		"pie":             {`{"type":"data_visualization","title":"T","chart":{"type":"pie","segments":[{"label":"a","value":1},{"label":"b","value":2}]}}`, "path.slice", 2},
		"select":          {`{"type":"actions","block_id":"x","elements":[{"type":"static_select","action_id":"s","option_groups":[{"label":{"type":"plain_text","text":"G"},"options":[{"text":{"type":"plain_text","text":"One"},"value":"1"}]}]}]}`, "optgroup option", 1},
		"people":          {`{"type":"actions","block_id":"x","elements":[{"type":"users_select","action_id":"s"}]}`, "option", 5},
		"checkboxes":      {`{"type":"input","block_id":"x","label":{"type":"plain_text","text":"L"},"element":{"type":"checkboxes","action_id":"c","options":[{"text":{"type":"mrkdwn","text":"One"},"value":"1"}]}}`, "fieldset input[type=checkbox]", 1},
		"date":            {`{"type":"input","block_id":"x","label":{"type":"plain_text","text":"L"},"element":{"type":"datepicker","action_id":"d"}}`, "label + input[type=date]", 1},
	} {
		found := js[int](b, `import('/js/blocks.js').then(({blocks}) => {
			const box = document.createElement('div');
			box.append(...blocks([`+tt.block+`], () => {}, {prefix: 'gallery'}));
			return box.querySelectorAll(`+quote(tt.finds)+`).length;
		})`)
		if found != tt.count {
			t.Errorf("%s: %d elements fit %s, want %d", name, found, tt.finds, tt.count)
		}
	}
}

var (
	dateToken = regexp.MustCompile(`<!date\^[^>]*>`)
	inAngles  = regexp.MustCompile(`<[^<> ]+>`)
	aWord     = regexp.MustCompile(`[\p{L}\p{N}]{2,}`)
)

// blocksOf reads the blocks of a golden message or view, without its times, which
// the page shows in the reader's own zone.
func blocksOf(t *testing.T, file string) json.RawMessage {
	t.Helper()
	raw, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	var view struct {
		Blocks json.RawMessage `json:"blocks"`
	}
	if json.Unmarshal(raw, &view) == nil && view.Blocks != nil {
		raw = view.Blocks
	}
	var blocks any
	if err := json.Unmarshal(raw, &blocks); err != nil {
		t.Fatal(err)
	}
	raw, err = json.Marshal(undated(blocks))
	if err != nil {
		t.Fatal(err)
	}
	return raw
}

func undated(value any) any {
	switch v := value.(type) {
	case string:
		return dateToken.ReplaceAllString(v, "then")
	case []any:
		for i := range v {
			v[i] = undated(v[i])
		}
	case map[string]any:
		for key := range v {
			v[key] = undated(v[key])
		}
	}
	return value
}

// nameOf is what the page calls a person or a channel of the demo.
func nameOf(id string) string {
	for _, p := range people() {
		if p.ID == id {
			return p.Name
		}
	}
	return map[string]string{deploys: "deploys", alerts: "alerts"}[id]
}

func wordsOf(plain string) []string {
	return aWord.FindAllString(inAngles.ReplaceAllString(plain, " "), -1)
}
