package githubsim

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestPattern(t *testing.T) {
	t.Parallel()
	type vars = map[string]string
	for _, test := range []struct {
		pattern, path string
		want          vars // nil: it does not fit
	}{
		{"/user", "/user", vars{}},
		{"/user", "/users", nil},
		{"/user", "/user/", nil},
		{"/user", "user", nil},
		{"/user", "", nil},
		{"/repos/{owner}/{repo}", "/repos/acme/api", vars{"owner": "acme", "repo": "api"}},
		{"/repos/{owner}/{repo}", "/repos/acme/api/tags", nil},
		{"/repos/{owner}/{repo}", "/repos/acme", nil},
		{"/repos/{owner}/{repo}", "/repos//api", nil},
		{"/repos/{owner}/{repo}", "/repos/acme/", nil},
		{"/repos/{owner}/{repo}/tags", "/repos/acme/api/tag", nil},
		{"/contents/{path+}", "/contents/a", vars{"path": "a"}},
		{"/contents/{path+}", "/contents/.github/workflows/deploy.yml", vars{"path": ".github/workflows/deploy.yml"}},
		{"/contents/{path+}", "/contents/", nil},
		{"/contents/{path+}", "/contents", nil},
		{"/contents/{path+}", "/contents//a", vars{"path": "/a"}},
		{"/commits/{ref+}/status", "/commits/heads/a/status", vars{"ref": "heads/a"}},
		{"/commits/{ref+}/status", "/commits/status/status/status", vars{"ref": "status/status"}},
		{"/commits/{ref+}/status", "/commits/status", nil},
		{"/commits/{ref+}/status", "/commits//status", nil},
		{"/{a+}/x/{b}", "/1/x/2/x/3", vars{"a": "1/x/2", "b": "3"}},
		{"/{a+}/x/{b}", "/1/x/2/3", nil},
	} {
		got, fits := PathPattern(test.pattern).Match(test.path)
		if diff := cmp.Diff(test.want, got); diff != "" || fits != (test.want != nil) {
			t.Errorf("%s and %s (-want +got, %t):\n%s", test.pattern, test.path, fits, diff)
		}
	}
}
