package main

// noLog keeps nothing of what the extractors of osv-scalibr say: they quote
// the files that they read, which are others' text, and whatever they could not
// read the report names.
type noLog struct{}

func (noLog) Errorf(string, ...any) {}
func (noLog) Error(...any)          {}
func (noLog) Warnf(string, ...any)  {}
func (noLog) Warn(...any)           {}
func (noLog) Infof(string, ...any)  {}
func (noLog) Info(...any)           {}
func (noLog) Debugf(string, ...any) {}
func (noLog) Debug(...any)          {}
