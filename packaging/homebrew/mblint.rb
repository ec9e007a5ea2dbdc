# A formula for a tap, to be filled at a release: `brew update-python-resources mblint` writes the resources that
# lock/run.txt pins, the address and checksum are those of the release's sdist.
class Mblint < Formula
  include Language::Python::Virtualenv

  desc "Finds, in rendered Helm manifests, what will fail at run time"
  homepage "https://github.com/OWNER/mblint"
  url "https://github.com/OWNER/mblint/releases/download/vVERSION/mblint-VERSION.tar.gz"
  sha256 "SHA256"
  license "Apache-2.0"

  depends_on "libyaml"
  depends_on "python@3.13"

  # RESOURCES

  def install
    virtualenv_install_with_resources
    generate_completions_from_executable(bin/"mblint", shell_parameter_format: :click)
  end

  test do
    (testpath/"web.yaml").write <<~YAML
      apiVersion: v1
      kind: Service
      metadata: {name: web}
      spec: {ports: none}
    YAML
    assert_match "invalid-object", shell_output("#{bin}/mblint web.yaml", 1)
  end
end
