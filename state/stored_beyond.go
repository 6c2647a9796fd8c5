package state

import (
	"encoding/json"
	"maps"
	"reflect"
	"slices"
	"strings"
	"time"
)

// beyond is what a stored value holds that this version has no field for, laid
// out as the value is. A nil one holds nothing.
type beyond struct {
	fields map[string]any     // of an object, by name
	inside map[string]*beyond // within the object's known fields, by name
	items  []beyondItem       // within a list
}

// beyondItem belongs to the item of a list whose known part is, as JSON, the
// same: where it stands in the list may change, and an item that this version
// has changed or made again is no longer the newer version's.
type beyondItem struct {
	known string
	more  *beyond
}

// beyondOf takes out of a decoded JSON value whatever t has no field for.
func beyondOf(value any, t reflect.Type) *beyond {
	if t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	switch of := value.(type) {
	case map[string]any:
		if t.Kind() == reflect.Struct && t != reflect.TypeFor[time.Time]() {
			return beyondObject(of, t)
		}
	case []any:
		if t.Kind() == reflect.Slice {
			return beyondList(of, t.Elem())
		}
	}
	return nil
}

func beyondObject(object map[string]any, t reflect.Type) *beyond {
	b := beyond{fields: map[string]any{}, inside: map[string]*beyond{}}
	for name, value := range object {
		known, field := fieldOf(t, name)
		if field == nil {
			b.fields[name] = value
			delete(object, name)
			continue
		}
		if more := beyondOf(value, field); more != nil {
			b.inside[known] = more
		}
	}
	if len(b.fields) == 0 && len(b.inside) == 0 {
		return nil
	}
	return &b
}

func beyondList(list []any, t reflect.Type) *beyond {
	var b beyond
	for _, value := range list {
		if more := beyondOf(value, t); more != nil {
			b.items = append(b.items, beyondItem{known: asStored(value, t), more: more})
		}
	}
	if len(b.items) == 0 {
		return nil
	}
	return &b
}

// fieldOf finds a field by its name in JSON, in which package json does not
// tell large letters from small ones. The type is nil if there is none.
func fieldOf(t reflect.Type, name string) (known string, field reflect.Type) {
	for f := range t.Fields() {
		if known, _, _ = strings.Cut(f.Tag.Get("json"), ","); strings.EqualFold(known, name) {
			return known, f.Type
		}
	}
	return "", nil
}

// into puts everything back into what this version makes of the value.
func (b *beyond) into(value any) any {
	if b.items != nil {
		return b.intoList(value)
	}
	object, ok := value.(map[string]any)
	if !ok {
		object = map[string]any{} // this version leaves out an object in which it knows nothing
	}
	maps.Copy(object, b.fields)
	for name, more := range b.inside {
		if whole := more.into(object[name]); whole != nil {
			object[name] = whole
		}
	}
	return object
}

func (b *beyond) intoList(value any) any {
	list, ok := value.([]any)
	if !ok {
		return value
	}
	left := slices.Clone(b.items)
	for i, item := range list {
		known := asJSON(item)
		if n := slices.IndexFunc(left, func(of beyondItem) bool { return of.known == known }); n >= 0 {
			list[i] = left[n].more.into(item)
			left = slices.Delete(left, n, n+1)
		}
	}
	return list
}

// names are the paths of all the unknown fields, sorted.
func (b *beyond) names() []string {
	if b == nil {
		return nil
	}
	var names []string
	for name := range b.fields {
		names = append(names, name)
	}
	for name, more := range b.inside {
		for _, further := range more.names() {
			names = append(names, name+"."+further)
		}
	}
	for _, item := range b.items {
		names = append(names, item.more.names()...)
	}
	slices.Sort(names)
	return slices.Compact(names)
}

// asStored is a decoded JSON value as this version would store it, were it a t.
func asStored(value any, t reflect.Type) string {
	of := reflect.New(t).Interface()
	if json.Unmarshal([]byte(asJSON(value)), of) != nil {
		return "" // the whole record was read, so this was too
	}
	tree, err := decodeTree(asJSON(of))
	if err != nil {
		return ""
	}
	return asJSON(tree)
}

// asJSON is a value as JSON. A decoded JSON value has its names sorted.
func asJSON(value any) string {
	text, err := json.Marshal(value)
	if err != nil {
		return "" // what was decoded can be encoded
	}
	return string(text)
}
