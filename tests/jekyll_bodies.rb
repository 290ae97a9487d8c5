# Prints, as JSON, the body of every page and document of a Jekyll site as Jekyll renders it without layouts:
# {path below the source: {"url": ..., "html": ...}}.   ruby jekyll_bodies.rb SITE
# Tags of plug-ins that aren't installed print "[tag]"; no plug-in and no theme of the site is loaded.
require "json"
require "jekyll"

class MissingTag < Liquid::Tag
  def initialize(name, _markup, _tokens)
    super
    @name = name
  end

  def render(_context)
    "[#{@name}]"
  end
end

class MissingBlock < Liquid::Block
  def initialize(name, _markup, _tokens)
    super
    @name = name
  end

  def render(context)
    super
    "[#{@name}]"
  end
end

source = File.expand_path(ARGV.fetch(0))
settings = Jekyll::Configuration.new.safe_load_file(File.join(source, "_config.yml")) || {}
texts = Dir.glob(File.join(source, "**", "*.{md,markdown,html}")).map { |file| File.read(file, encoding: "bom|utf-8").scrub }
names = texts.flat_map { |text| text.scan(/\{%-?\s*(\w+)/).flatten }.uniq
ends = names.select { |name| name.start_with?("end") }.map { |name| name.delete_prefix("end") }
known = Liquid::Template.tags
names.each do |name|
  next if known[name] || name.start_with?("end") || %w[else elsif when].include?(name)
  Liquid::Template.register_tag(name, ends.include?(name) ? MissingBlock : MissingTag)
end

Jekyll.logger.log_level = :error
overrides = { "source" => source, "destination" => "/nonexistent", "theme" => nil, "plugins" => [], "gems" => [],
              "whitelist" => [], "safe" => true, "disable_disk_cache" => true, "quiet" => true,
              "markdown" => "kramdown", "incremental" => false,
              "liquid" => (settings["liquid"] || {}).merge("error_mode" => "lax", "strict_filters" => false, "strict_variables" => false) }
overrides["highlighter"] = "none" if ENV["PLAIN_CODE"]
config = Jekyll::Configuration.from(settings).merge(overrides)
%w[plugins gems].each { |key| config[key] = [] }
Jekyll.set_timezone(config["timezone"]) if config["timezone"]
site = Jekyll::Site.new(config)
site.reset
site.read
site.generate
payload = site.site_payload
bodies = {}
(site.docs_to_write + site.pages).each do |document|
  next unless document.respond_to?(:content)
  begin
    renderer = Jekyll::Renderer.new(site, document, nil)
    renderer.layouts = {}
    path = document.respond_to?(:relative_path) ? document.relative_path : document.path
    bodies[path] = { "url" => document.url, "html" => renderer.run }
  rescue StandardError, SyntaxError => error
    bodies[path || document.url] = { "url" => document.url, "error" => error.message }
  end
end
puts JSON.generate(bodies)
