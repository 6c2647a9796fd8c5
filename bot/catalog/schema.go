package catalog

import (
	"encoding/json"
	"fmt"
)

// Schema gives the JSON Schema (draft 7, which editors know best) of
// slipway.yaml. It is made of the shapes that Parse checks by. Parse is stricter: whether names point at something
// is beyond what a schema can say.
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
	case textShape, numberShape, truthShape, durationShape:
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
	if s.hollow {
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

// scalarSchema allows ${NAME} beside the value's own type.
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
	case truthShape:
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

// fallbackValue writes a default in the type that it has in the file.
func fallbackValue(s *shape) any {
	switch s.kind {
	case numberShape:
		return json.Number(s.fallback)
	case truthShape:
		return s.fallback == "true"
	case textShape, durationShape, anyShape, objectShape, tableShape, listShape:
	}
	return s.fallback
}
