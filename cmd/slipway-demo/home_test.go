package main

import "testing"

// TestHomeAndForms opens the Home tab and the forms, as somebody does who has just
// come: approves from Home, and reads at the field what is wrong.
func TestHomeAndForms(t *testing.T) {
	t.Parallel()
	s, address := newPlayed(t)
	if err := prologue(t.Context(), s.world); err != nil {
		t.Fatal(err)
	}
	b := newBrowser(t, address, "light", 1440, 900)
	b.types("/deploy")
	b.shows("dialog.modal", "What, and where to")
	b.picture("form")
	b.axe("the form")
	js[bool](b, `((s) => (s.value = 'shop production', s.dispatchEvent(new Event('change')), true))(document.querySelector('dialog.modal select'))`)
	b.shows("dialog.modal", "would wait for approval")
	js[bool](b, "(document.querySelector('dialog.modal [role=combobox]').focus(), true)")
	b.shows("dialog.modal .offers", "Newest commits")
	b.press("nothing of the kind")
	b.shows("dialog.modal .offers", "No results")
	js[bool](b, "(document.querySelector('dialog.modal [role=combobox]').select(), true)")
	b.press("mai")
	b.shows("dialog.modal .offers", "the default branch")
	b.picture("form-offers")
	b.axe("what a field offers")
	b.press("\r")
	b.shows("dialog.modal", "from main")
	b.picture("form-plan")
	b.axe("the plan in the form")
	js[bool](b, `([...document.querySelectorAll('dialog.modal input.field')].at(-1).value = 'by the form', true)`)
	b.click("dialog.modal .btn.primary", "Deploy")
	b.until("!document.querySelector('dialog.modal')", "the form is gone")
	b.shows("#messages", "by the form")
	b.click("#people .person", "Ben")
	b.click("#places .place", "Home")
	b.shows("#messages", "Waiting for you")
	b.shows("#messages", "asks to deploy")
	b.picture("home")
	b.axe("the Home tab")
	b.click("#messages .btn.primary", "Approve for Production")
	b.click("dialog.ask .btn.primary", "Approve")
	b.shows("#messages", "Nothing waits for your yes")
	b.until("document.querySelector('#panel-code .run')", "the run goes")
	b.click("#messages .btn", "Deploy…")
	b.shows("dialog.modal", "What, and where to")
	js[bool](b, `((s) => (s.value = 'shop production', s.dispatchEvent(new Event('change')), true))(document.querySelector('dialog.modal select'))`)
	b.shows("dialog.modal", "from main")
	if err := s.world.type_(t.Context(), cleo, "/deploy", "lock shop production --reason 'counting stock'"); err != nil {
		t.Fatal(err)
	}
	b.click("dialog.modal .btn.primary", "Deploy")
	b.shows("dialog.modal .error", "counting stock")
	b.picture("form-wrong")
	b.axe("a field with what is wrong")
	b.click("dialog.modal .btn", "Never Mind")
	b.until("!document.querySelector('dialog.modal')", "the form is gone")
}

// TestMessageMenu asks by the menu of a message what was deployed around then.
func TestMessageMenu(t *testing.T) {
	t.Parallel()
	s, address := newPlayed(t)
	if err := prologue(t.Context(), s.world); err != nil {
		t.Fatal(err)
	}
	if _, err := s.world.slack.Say(cleo, deploys, "", "Is it me, or is the basket slow?"); err != nil {
		t.Fatal(err)
	}
	b := newBrowser(t, address, "light", 1440, 900)
	b.shows("#messages", "Is it me")
	b.click("#messages .hover .more", "")
	b.shows("#messages .hover .menu:not([hidden])", "What was deployed then?")
	b.picture("menu")
	b.axe("the menu of a message")
	b.click("#messages .hover .menu button", "What was deployed then?")
	b.shows("dialog.modal", "shop → production")
	b.picture("then")
	b.axe("what was deployed then")
	b.press("\x1b")
	b.until("!document.querySelector('dialog.modal')", "the view is gone")
}
