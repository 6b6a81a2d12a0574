-- The exports. Their platforms are what stands before the first underscore.
CREATE MACRO audience.__exports() AS
['google_customer_match', 'meta_custom_audience', 'tiktok_custom_audience', 'microsoft_customer_match',
 'pinterest_customer_list', 'snapchat_audience_list', 'linkedin_matched_audience', 'klaviyo_profiles',
 'mailchimp_contacts', 'brevo_contacts', 'hubspot_contacts', 'export_contacts', 'hashed_contacts'];
