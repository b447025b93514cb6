"""A browser without a screen: cookies, the sign-in form, links."""
import html
import http.cookiejar
import re
import urllib.error
import urllib.parse
import urllib.request


class Browser:
    def __init__(self, port):
        self.origin = f"http://127.0.0.1:{port}"
        self.jar = http.cookiejar.CookieJar()
        self.opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(self.jar))

    def get(self, path, data=None):
        """Status and text of a page; redirects are followed."""
        try:
            request = urllib.request.Request(self.origin + path, data, {"Origin": self.origin} if data else {})
            with self.opener.open(request, timeout=30) as r:
                return r.status, r.read().decode()
        except urllib.error.HTTPError as e:
            return e.code, e.read().decode()

    def sign_in(self, login, password):
        return self.send("/sign-in", "/sign-in", login=login, password=password)

    def send(self, page, action, **fields):
        """The answer to a form of a page with these fields, its hidden ones besides."""
        status, text = self.get(page)
        hidden = {n: v for n, v in re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', text)}
        return self.get(action, urllib.parse.urlencode(hidden | fields).encode())

    def crawl(self, start, most):
        """Pages that links lead to, breadth first: path -> what it says, without what differs from visit to visit."""
        seen, queue = {}, [start]
        while queue and len(seen) < most:
            path = queue.pop(0)
            if path in seen:
                continue
            status, text = self.get(path)
            seen[path] = (status, plain(text))
            for link in re.findall(r'<a [^>]*href="(/[^"#]*)"', text):
                link = html.unescape(link)
                if not link.startswith(("/a/", "/language/", "/sign-out", "/theme/")):
                    queue.append(link)
        return seen


def plain(text):
    return re.sub(r'name="csrf" value="[^"]*"|X-CSRF[^,}]*', "", text)
