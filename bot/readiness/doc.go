// Package readiness works out what changes, between two commits, in what a
// service needs to run: the versions of its languages and base images, its
// dependencies, the keys of its configuration, how it is started, the ports it
// listens on, and what a rollback will not undo. These are the things that work
// on the machine where they were written and then stop a deploy, since nobody
// thought of telling production.
//
// It is pure. [Wanted] says which files to read, out of those that changed;
// whoever has read them hands them to [Report], which compares them and puts
// every difference into one line that people can read.
//
// Each format has a small reader of its own (formats.go says where they are
// listed), which fills in facts: all readers speak the same few words, so the
// comparison knows nothing of file formats. A reader takes what stands plainly
// in the file and leaves the rest alone. It does not run a build, expand an
// environment or follow an import, so what it says is true, and what it does
// not see it does not say. A file that could not be read, or not be understood,
// is named; no guess takes its place, and a reader that breaks down at a file
// costs that file and nothing else.
//
// All text in the files is somebody's: it is cut to length and counted, and
// never becomes anything but text. How it looks is up to whoever shows it.
package readiness
