package catalog

import (
	"encoding/json"
	"fmt"
)

// Schema returns the JSON Schema of slipway.yaml, in draft 7, which editors support
// best. It is built from the shapes that Parse checks by. Parse is stricter: a schema
// cannot say whether a name is declared.
func Schema(known Vocabulary) ([]byte, error) {
	whole := fileShape(known)
	root := schemaOf(&whole)
	root["$schema"] = "http://json-schema.org/draft-07/schema#"
	root["title"] = "slipway.yaml"
	text, err := json.MarshalIndent(root, "", "  ")
	if err != nil {
		return nil, fmt.Errorf("write the JSON schema: %w", err)
	}
	return append(text, '\n'), nil
}

type schema = map[string]any

func schemaOf(s *shape) schema {
	made := schema{}
	switch s.kind {
	case anyShape:
	case objectShape:
		made = objectSchema(s)
	case tableShape:
		made = tableSchema(s)
	case listShape:
		made = listSchema(s)
	case textShape, numberShape, boolShape, durationShape:
		made = scalarSchema(s)
	}
	if s.full != nil {
		made = schema{"anyOf": []schema{made, schemaOf(s.full)}}
	}
	if s.many != nil {
		made = schema{"anyOf": []schema{made, listSchema(s.many)}}
	}
	if s.about != "" {
		made["description"] = s.about
	}
	return made
}

func objectSchema(s *shape) schema {
	properties, needed := schema{}, []string{}
	for i := range s.keys {
		k := &s.keys[i]
		properties[k.name] = schemaOf(&k.shape)
		if k.required {
			needed = append(needed, k.name)
		}
	}
	made := schema{"type": "object", "properties": properties, "additionalProperties": false}
	if s.nullable {
		made["type"] = []string{"object", "null"}
	}
	if len(needed) > 0 {
		made["required"] = needed
	}
	return made
}

func tableSchema(s *shape) schema {
	return schema{
		"type":                 "object",
		"additionalProperties": schemaOf(s.element),
		"propertyNames":        schema{"pattern": s.names.pattern},
		"minProperties":        s.low,
		"maxProperties":        s.high,
	}
}

func listSchema(s *shape) schema {
	return schema{
		"type":     "array",
		"items":    schemaOf(s.element),
		"minItems": s.low,
		"maxItems": s.high,
	}
}

// scalarSchema accepts ${NAME} as well as the value's own type.
func scalarSchema(s *shape) schema {
	made := plainSchema(s)
	if !s.fixed {
		variable := schema{"type": "string", "pattern": `\$\{` + variablePattern + `\}`}
		made = schema{"anyOf": []schema{made, variable}}
	}
	if s.fallback != "" {
		made["default"] = fallbackValue(s)
	}
	return made
}

func plainSchema(s *shape) schema {
	switch s.kind {
	case numberShape:
		return schema{"type": "integer", "minimum": s.low, "maximum": s.high}
	case boolShape:
		return schema{"type": "boolean"}
	case durationShape:
		return schema{"type": "string", "pattern": durationPattern}
	case textShape, anyShape, objectShape, tableShape, listShape:
	}
	if len(s.words) > 0 {
		return schema{"enum": s.words}
	}
	made := schema{"type": "string", "maxLength": longestText}
	if s.loose {
		made["type"] = []string{"string", "number", "boolean"}
	}
	if s.rule.pattern != "" {
		made["pattern"] = s.rule.pattern
	}
	return made
}

// fallbackValue is a default in the type that it has in the file.
func fallbackValue(s *shape) any {
	switch s.kind {
	case numberShape:
		return json.Number(s.fallback)
	case boolShape:
		return s.fallback == "true"
	case textShape, durationShape, anyShape, objectShape, tableShape, listShape:
	}
	return s.fallback
}
