/// What a browser gets at `/` and below `/assets/`: one page for every program, which holds nothing of any.
package enum ServerPage {
    /// `/`, in UTF-8.
    package static let html = PackageResources.index_html
    /// `/assets/app.js`.
    package static let script = PackageResources.app_js
    /// `/assets/app.css`.
    package static let style = PackageResources.app_css
}
