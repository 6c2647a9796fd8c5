package githubsim

import (
	"encoding/base64"
	"maps"
	"net/http"
	"path"
	"slices"
	"strings"
)

func (s *Server) getRepo(c *call) answer { return ok(c.repo.json()) }

func (s *Server) getBranch(c *call) answer {
	r, name := c.repo, c.vars["branch"]
	sha, found := r.branches[name]
	if !found {
		return fail(http.StatusNotFound, "Branch not found")
	}
	api := r.api() + "/branches/" + name
	return ok(object{
		"name": name, "commit": r.commitJSON(r.commits[sha]), "protected": false,
		"_links":         object{"self": api, "html": r.html() + "/tree/" + name},
		"protection":     object{"enabled": false},
		"protection_url": api + "/protection",
	})
}

// listBranches answers "List branches", by their names.
func (s *Server) listBranches(c *call) answer {
	r := c.repo
	list := []object{}
	for _, name := range slices.Sorted(maps.Keys(r.branches)) {
		api := r.api() + "/branches/" + name
		list = append(list, object{
			"name": name, "protected": false, "commit": r.tipJSON(r.branches[name]),
			"protection": object{"enabled": false}, "protection_url": api + "/protection",
		})
	}
	return linked(c, ok(window(list, pageOf(c.query))), len(list))
}

// listTags answers "List repository tags", those that sort last first.
func (s *Server) listTags(c *call) answer {
	r := c.repo
	names := slices.Sorted(maps.Keys(r.tags))
	slices.Reverse(names)
	list := []object{}
	for _, name := range names {
		list = append(list, object{
			"name": name, "commit": r.tipJSON(r.tags[name]), "node_id": nodeID("Ref", "tags/"+name),
			"zipball_url": r.api() + "/zipball/refs/tags/" + name, "tarball_url": r.api() + "/tarball/refs/tags/" + name,
		})
	}
	return linked(c, ok(window(list, pageOf(c.query))), len(list))
}

// tipJSON is a commit as lists of branches and tags have it.
func (r *repository) tipJSON(sha string) object {
	return object{"sha": sha, "url": r.api() + "/commits/" + sha}
}

// refs gives all refs by their name without "refs/".
func (r *repository) refs() map[string]string {
	all := map[string]string{}
	for name, sha := range r.branches {
		all["heads/"+name] = sha
	}
	for name, sha := range r.tags {
		all["tags/"+name] = sha
	}
	return all
}

func (r *repository) refJSON(name, sha string) object {
	return object{
		"ref": "refs/" + name, "node_id": nodeID("Ref", name), "url": r.api() + "/git/refs/" + name,
		"object": object{"type": "commit", "sha": sha, "url": r.api() + "/git/commits/" + sha},
	}
}

func (s *Server) getRef(c *call) answer {
	name := c.vars["ref"]
	sha, found := c.repo.refs()[name]
	if !found {
		return notFound()
	}
	return ok(c.repo.refJSON(name, sha))
}

func (s *Server) matchingRefs(c *call) answer {
	all := c.repo.refs()
	matching := []object{}
	for _, name := range slices.Sorted(maps.Keys(all)) {
		if strings.HasPrefix(name, c.vars["ref"]) {
			matching = append(matching, c.repo.refJSON(name, all[name]))
		}
	}
	return ok(matching)
}

// maxContent is the largest file whose content GitHub gives with its name.
const maxContent = 1 << 20

func (s *Server) getContents(c *call) answer {
	r, ref := c.repo, c.query.Get("ref")
	if ref == "" {
		ref = r.defaultBranch
	}
	at := r.resolve(ref)
	if at == nil {
		return fail(http.StatusNotFound, "No commit found for the ref "+ref)
	}
	name := c.vars["path"]
	content, found := at.files[name]
	if !found {
		return r.folder(at, name, ref)
	}
	encoding, text := "base64", foldedBase64(content)
	if len(content) > maxContent {
		encoding, text = "none", ""
	}
	o := r.entryJSON("file", name, ref, blobSHA(content))
	o["size"], o["encoding"], o["content"] = len(content), encoding, text
	return ok(o)
}

// entryJSON is what the contents of a repository tell of a file or a folder.
func (r *repository) entryJSON(kind, name, ref, sha string) object {
	api := r.api() + "/contents/" + name + "?ref=" + ref
	git, page := r.api()+"/git/blobs/"+sha, r.html()+"/blob/"+ref+"/"+name
	o := object{"download_url": "https://raw.githubusercontent.com/" + r.fullName() + "/" + ref + "/" + name}
	if kind == "dir" {
		git, page = r.api()+"/git/trees/"+sha, r.html()+"/tree/"+ref+"/"+name
		o["download_url"] = nil
	}
	maps.Copy(o, object{
		"type": kind, "size": 0, "name": path.Base(name), "path": name, "sha": sha, "url": api, "git_url": git, "html_url": page,
		"_links": object{"self": api, "git": git, "html": page},
	})
	return o
}

// folder lists what is in a folder, without what is deeper; 404 if nothing is.
func (r *repository) folder(at *commit, name, ref string) answer {
	deeper := map[string]string{} // what is in each folder
	entries := []object{}
	for _, file := range slices.Sorted(maps.Keys(at.files)) {
		rest, within := strings.CutPrefix(file, name+"/")
		folder, _, isDeep := strings.Cut(rest, "/")
		switch {
		case within && isDeep:
			deeper[folder] += blobSHA(at.files[file]) + rest
		case within:
			entry := r.entryJSON("file", file, ref, blobSHA(at.files[file]))
			entry["size"] = len(at.files[file])
			entries = append(entries, entry)
		}
	}
	for _, folder := range slices.Sorted(maps.Keys(deeper)) {
		entries = append(entries, r.entryJSON("dir", name+"/"+folder, ref, objectSHA("tree", deeper[folder])))
	}
	if len(entries) == 0 {
		return notFound()
	}
	return ok(entries)
}

// foldedBase64 breaks lines after 60 characters, as GitHub does.
func foldedBase64(content string) string {
	var b strings.Builder
	for line := range slices.Chunk([]byte(base64.StdEncoding.EncodeToString([]byte(content))), 60) {
		b.Write(line)
		b.WriteByte('\n')
	}
	return b.String()
}
